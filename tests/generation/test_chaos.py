"""Nothing is lost and nothing is paid twice, while workers die and vendors misbehave.

CHAOS_SEED replays a run; CHAOS_JOBS and CHAOS_SECONDS make a longer one:
`CHAOS_JOBS=2000 CHAOS_SECONDS=900 pytest tests/generation/test_chaos.py -s`.
"""

import os
import random
from collections import Counter

import pytest
from django.db import connection

from generation import jobs
from generation.asks import JobAsk
from generation.models import Asset, Attempt, Job, ProviderTask
from providers.types import Tier
from tests.generation.chaos import FAULTS, Crew, torment
from tests.generation.committed import committed_fixture, desk_fixture  # noqa: F401 - fixtures
from tests.generation.conftest import Engine
from tests.sandbox_server import SandboxServer

SEED = int(os.environ.get("CHAOS_SEED", "20261123"))
JOBS = int(os.environ.get("CHAOS_JOBS", "40"))
SECONDS = float(os.environ.get("CHAOS_SECONDS", "12"))
PATIENCE = 90.0
LOOKS = (
    ("pika", Tier.DRAFT),
    ("kling", Tier.DRAFT),
    ("runway", Tier.STANDARD),
    ("sora", Tier.HIGH),
)


@pytest.fixture(scope="module")
def vendors():
    with SandboxServer(scale=0.1) as server:
        yield server


def open_work() -> int:
    live = Attempt.objects.filter(state__in=("planned", "submitting", "unknown", "accepted"))
    return live.count() + Asset.objects.filter(state="pending").count()


def picture() -> Counter[tuple[str, str, str]]:
    """What is still open, for the message of a failure."""
    live = Attempt.objects.filter(state__in=("planned", "submitting", "unknown", "accepted"))
    waiting = Asset.objects.filter(state="pending")
    rows = live.values_list("provider", "state", "reason")
    return Counter([*rows, *waiting.values_list("kind", "state", "reason")])


def test_no_job_is_lost_and_none_paid_twice(desk, vendors, tmp_path):
    print(f"chaos: CHAOS_SEED={SEED} CHAOS_JOBS={JOBS} CHAOS_SECONDS={SECONDS} {connection.vendor}")
    dice = random.Random(SEED)
    vendors.reset()
    vendors.control("footage", {"style": "plain"})
    vendors.faults({"*": FAULTS}, seed=SEED)
    for number in range(JOBS):
        provider, tier = LOOKS[number % len(LOOKS)]
        words = f"Chaos {SEED}, scene {number}: a boat on a lake"
        jobs.create(desk, JobAsk(prompt=words, tier=tier, provider=provider, seconds=3))
    crew = Crew(data=tmp_path, sandbox_url=vendors.base)
    try:
        took = torment(
            crew,
            dice=dice,
            calm_after=SECONDS,
            give_up_after=SECONDS + PATIENCE,
            open_work=open_work,
        )
    finally:
        crew.stop()
    injected = vendors.control("faults")["injected"]
    states = Counter(Job.objects.values_list("state", flat=True))
    print(f"chaos: {took:.0f} s, {crew.kills} kills, {crew.pauses} pauses, {dict(states)}")
    print(f"chaos: open {picture()}")
    print(f"chaos: {sum(injected.values())} faults {injected}")
    assert picture() == Counter()
    assert set(states) <= {"completed", "failed"}
    assert sum(states.values()) == JOBS
    assert states["completed"] > JOBS / 2
    assert crew.kills >= min(SECONDS / 2, 8)
    every_task_is_ours_and_booked(desk, vendors)
    every_clip_is_there(tmp_path)


def every_task_is_ours_and_booked(access, vendors: SandboxServer) -> None:
    tasks = vendors.tasks()
    known = dict(ProviderTask.objects.values_list("task_id", "attempt_id"))
    assert {task["task_id"] for task in tasks} == set(known), "a task that we do not know of"
    assert len(set(known.values())) == len(known), "an attempt with two tasks"
    Engine(access=access, sandbox=vendors).assert_at_rest()


def every_clip_is_there(data) -> None:
    """A completed job has its file, under the content's own hash."""
    for job in Job.objects.filter(state="completed"):
        [clip] = job.assets.filter(state="stored", unclaimed=False)
        file = data / "media" / clip.storage_key
        assert file.stat().st_size == clip.bytes
        assert clip.sha256 in clip.storage_key
