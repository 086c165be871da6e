"""G15: three of ten tasks of the first provider fail late, and the clips are made elsewhere."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bench.goals.figure import Figure
from bench.goals.load.desk import SAFE, Desk, desk
from bench.goals.processes import started
from bench.rows import at, say
from tests.product import ROOT
from tests.sandbox_server import SandboxServer

GOALS = ("G15",)
JOBS, RATE = 100, 0.3
PATIENCE = 180.0
# From a failure that was seen to the next create, and whether one commit ended the one hold and
# took the other.
MOVED = """
SELECT extract(epoch FROM next.submit_started_at - failed.ended_at),
       pg_xact_commit_timestamp(old.xmin) = pg_xact_commit_timestamp(new.xmin)
FROM generation_attempt failed
JOIN generation_attempt next ON next.job_id = failed.job_id AND next.seq = failed.seq + 1
JOIN generation_ledgerline old ON old.attempt_id = failed.id AND old.kind IN ('settle', 'release')
JOIN generation_ledgerline new ON new.attempt_id = next.id AND new.kind = 'hold'
WHERE failed.state = 'failed'
"""


def measure(folder: Path) -> Iterator[Figure]:
    safe = (*SAFE, "track_commit_timestamp=on")
    with (
        SandboxServer(scale=0.2) as vendors,
        desk(folder, vendors=vendors.base, safe=safe) as ours,
    ):
        vendors.control("footage", {"style": "plain"})
        vendors.faults({"pika": {"task-fail": RATE}})
        # The next provider has room for all of them, as its account here says.
        vendors.control("limits", {"kling": {"slots": 2 * JOBS}})
        ask = [sys.executable, "-m", "bench.goals.load.asked", str(JOBS)]
        subprocess.run(ask, cwd=ROOT, env=ours.env, check=True, stdout=subprocess.DEVNULL)
        env = {**ours.env, "RING_THE_BELL": "false"}
        argv = [sys.executable, "manage.py", "run_driver"]
        with started(argv, env=env, log=folder / "worker.txt"):
            ended = _all_ended(ours)
        checked = ours.manage("check_money")
        assert checked.returncode == 0, checked.stdout[-1000:]
        moved = ours.rows(MOVED)
    late = [float(seconds) for seconds, _ in moved]
    assert len(late) >= JOBS * RATE / 2, f"only {len(late)} tasks have failed"
    say("failed_over", jobs=JOBS, failed=len(late), p50_s=at(late, 50), p95_s=at(late, 95))
    yield Figure(
        goal="G15", what=f"completed where {RATE:.0%} fail at the first", unit="%",
        ours=100 * ended.get("completed", 0) / JOBS, at_least=100,
    )  # fmt: skip
    yield Figure(
        goal="G15", what="late failure seen to sent elsewhere, the slowest", unit="s",
        ours=max(late), at_most=1.0,
    )  # fmt: skip
    yield Figure(
        goal="G15", what="reservations moved in one commit", unit="%", at_least=100,
        ours=100 * sum(together for _, together in moved) / len(moved),
    )  # fmt: skip


def _all_ended(ours: Desk) -> dict[str, int]:
    """How many jobs ended how. Raises TimeoutError."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        found = dict(ours.rows("SELECT state, count(*) FROM generation_job GROUP BY state"))
        if not {"queued", "processing"} & set(found):
            return found
        time.sleep(0.2)
    raise TimeoutError(f"Not all have ended: {found}")
