"""G7: from queued to completed with a vendor that costs nothing, and by how many processes.

The clips are real. Looking at each of them costs two child processes, which is most of the work;
so the same is measured by a worker that takes clips as they come (`undecoded`), which is what
the plain Celery task beside it does.
"""

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psycopg

from bench.goals.figure import Figure
from bench.goals.load.desk import SAFE, Desk, address, desk, vendor
from bench.goals.processes import environment, started, tree_cpu
from bench.rows import say
from footage.ffmpeg import run_ffmpeg
from tests import services
from tests.product import ROOT

GOALS = ("G7",)
WHOLE, UNDECODED, NAIVE = 120, 600, 600
PATIENCE = 240.0
DRIVER = (sys.executable, "manage.py", "run_driver")
BARE = (sys.executable, "-m", "bench.goals.load.undecoded")


@dataclass(frozen=True)
class Driven:
    """What so many jobs took from the first that was completed to the last."""

    per_s: float
    worker_ms: float
    postgres_ms: float
    calls: float
    wrong: int


def measure(folder: Path) -> Iterator[Figure]:
    clip = folder / "clip.mp4"
    draw = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=24:duration=4", "-pix_fmt", "yuv420p"]
    run_ffmpeg([*draw, "-b:v", "128k", str(clip)], timeout=60)
    with ExitStack() as stack:
        port = stack.enter_context(vendor(folder, clip=clip))
        naive = _naive(folder, port)
        _tell("celery", 2, naive)
        ours = stack.enter_context(desk(folder, vendors=f"http://127.0.0.1:{port}"))
        whole = _ours(ours, port, folder, DRIVER, jobs=WHOLE)
        _tell("whole", 1, whole)
        bare = {count: _ours(ours, port, folder, BARE, processes=count) for count in (1, 2, 4)}
        for count, driven in bare.items():
            _tell("undecoded", count, driven)
        checked = ours.manage("check_money")
        assert checked.returncode == 0, checked.stdout[-1000:]
    yield from _figures(naive, whole, bare)


def _figures(naive: Driven, whole: Driven, bare: dict[int, Driven]) -> Iterator[Figure]:
    one, peer = bare[1], "Celery, 2 processes"
    yield Figure(
        goal="G7", what="queued to completed, 1 worker", unit="jobs a second", ours=whole.per_s,
        anchor=naive.per_s, peer=f"{peer}, clips not looked at", at_least=800, times_better=8,
    )  # fmt: skip
    yield Figure(
        goal="G7", what="the same, clips not looked at", unit="jobs a second", ours=one.per_s,
        anchor=naive.per_s, peer=peer, at_least=800, times_better=8,
    )  # fmt: skip
    yield Figure(
        goal="G7", what="worker's CPU, clips not looked at", unit="ms a job", ours=one.worker_ms,
        anchor=naive.worker_ms, peer=peer, at_most=1.1,
    )  # fmt: skip
    yield Figure(
        goal="G7", what="PostgreSQL's CPU", unit="ms a job", ours=one.postgres_ms,
        anchor=naive.postgres_ms, peer=peer, at_most=0.25,
    )  # fmt: skip
    yield Figure(
        goal="G7", what="provider calls", unit="a job", ours=max(one.calls, whole.calls),
        anchor=naive.calls, peer=peer, at_most=3,
    )  # fmt: skip
    yield Figure(
        goal="G7", what="jobs lost or sent twice", unit="", at_most=0,
        ours=float(whole.wrong + sum(driven.wrong for driven in bare.values())),
    )  # fmt: skip
    for count in (2, 4):
        yield Figure(
            goal="G7", what=f"{count} workers, clips not looked at", unit="jobs a second",
            ours=bare[count].per_s, anchor=one.per_s, peer="1 worker", more_is_better=True,
        )  # fmt: skip


def _ours(
    place: Desk,
    port: int,
    folder: Path,
    worker: tuple[str, ...],
    *,
    jobs: int = UNDECODED,
    processes: int = 1,
) -> Driven:
    before = _done(place)
    ask = [sys.executable, "-m", "bench.goals.load.asked", str(jobs), "sora"]
    subprocess.run(ask, cwd=ROOT, env=place.env, check=True, stdout=subprocess.DEVNULL)
    counts(port)
    with ExitStack() as stack:
        env = {**place.env, "RING_THE_BELL": "false"}
        pids = [
            stack.enter_context(started(worker, env=env, log=folder / f"worker{n}.txt")).pid
            for n in range(processes)
        ]
        return _watch(
            lambda: _done(place) - before,
            jobs,
            workers=pids,
            postgres=place.postgres.pid,
            port=port,
        )


def _naive(folder: Path, port: int) -> Driven:
    """The same by one Celery worker of two processes."""
    module = "bench.goals.anchors.naive"
    with (
        services.postgres(durable=True, settings=SAFE) as postgres,
        services.redis() as broker,
    ):
        told = {"PLAIN_DATABASE": postgres.url, "NAIVE_BROKER": broker.url}
        env = environment(**told, NAIVE_VENDOR=f"http://127.0.0.1:{port}/v1")
        plain = [sys.executable, "-m", "bench.goals.anchors.plain"]
        subprocess.run(plain, cwd=ROOT, env=env, check=True)
        subprocess.run([sys.executable, "-m", module, str(NAIVE)], cwd=ROOT, env=env, check=True)
        counts(port)
        with psycopg.connect(address(postgres.url), autocommit=True) as link:

            def done() -> int:
                found = link.execute("SELECT count(*) FROM plain_line WHERE kind = 'settle'")
                return int(found.fetchone()[0])

            argv = [str(Path(sys.executable).parent / "celery"), "-A", module, "worker", "-c", "2"]
            argv += ["-l", "ERROR", "--without-gossip", "--without-mingle"]
            with started(argv, env=env, log=folder / "celery.txt") as process:
                return _watch(done, NAIVE, workers=[process.pid], postgres=postgres.pid, port=port)


def _watch(
    done: Callable[[], int], jobs: int, *, workers: list[int], postgres: int, port: int
) -> Driven:
    """From the first that is done to the last. Raises TimeoutError."""

    def spent() -> tuple[float, float]:
        return sum(map(tree_cpu, workers)), tree_cpu(postgres)

    ends = time.monotonic() + PATIENCE
    while not (first := done()):
        _in_time(ends, 0, jobs)
    began, before = time.monotonic(), spent()
    while (now := done()) < jobs:
        _in_time(ends, now, jobs)
    wall, after = time.monotonic() - began, spent()
    asked = counts(port)
    each = max(1, jobs - first)
    return Driven(
        per_s=each / wall,
        worker_ms=1000 * (after[0] - before[0]) / each,
        postgres_ms=1000 * (after[1] - before[1]) / each,
        calls=sum(times for what, times in asked.items() if what != "other") / jobs,
        wrong=abs(asked["create"] - jobs) + abs(done() - jobs),
    )


def _in_time(ends: float, done: int, jobs: int) -> None:
    if time.monotonic() > ends:
        raise TimeoutError(f"{done} of {jobs} jobs are done after {PATIENCE:.0f} s")
    time.sleep(0.05)


def _done(place: Desk) -> int:
    """Jobs that are completed with their cost in the ledger."""
    [(count,)] = place.rows(
        "SELECT count(*) FROM generation_job j JOIN generation_ledgerline l"
        " ON l.job_id = j.id AND l.kind = 'settle' WHERE j.state = 'completed'"
    )
    return int(count)


def counts(port: int) -> dict[str, int]:
    """How often the vendor was asked for what since the last time."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/_counts") as answer:
        return dict(json.load(answer))


def _tell(who: str, processes: int, driven: Driven) -> None:
    say("driven", who=who, processes=processes, **vars(driven))
