"""The worker dies at random moments of a job's life; the job ends once, charged once.

KILL_SEED replays the moments.
"""

import os
import random
import time

import pytest

pytestmark = pytest.mark.e2e
SEED = int(os.environ.get("KILL_SEED", "20261123"))
MOMENTS = int(os.environ.get("KILL_MOMENTS", "10"))
LIFE = 3.5  # seconds from asking to the end, about


def test_ten_deaths_ten_clips_ten_charges(desk):
    dice = random.Random(SEED)
    print(f"KILL_SEED={SEED}")
    asked: list[tuple[str, float]] = []
    for number in range(MOMENTS):
        words = f"Killed {SEED} {number}"
        provider = ("pika", "kling")[number % 2]
        job_id = desk.ask(words, quality="draft", provider=provider, duration=3)
        asked.append((job_id, time.monotonic()))
        time.sleep(dice.uniform(0.0, LIFE))
        desk.kill_worker()
        # The next one is asked for while this one's worker is dead or just coming back.
        time.sleep(dice.uniform(0.0, 1.5))
    ends = {job_id: desk.ended(job_id, seconds=180) for job_id, _ in asked}
    slowest = time.monotonic() - asked[-1][1]
    print(f"last job ended at most {slowest:.1f} s after it was asked for")
    assert {told["status"] for told in ends.values()} == {"completed"}
    tasks = desk.tasks(f"Killed {SEED} ")
    assert len(tasks) == MOMENTS, "one create each"
    invoice = desk.invoice()
    assert sum(invoice[task["task_id"]] for task in tasks) == pytest.approx(
        sum(told["cost"] for told in ends.values())
    )
    assert slowest < 75
    desk.assert_at_rest()
