"""Every report and list over the books of a year, by the test client: no network, no server.

    python -m bench.reports [WORDS]    builds BENCH_JOBS jobs (20,000) in a PostgreSQL of its own
    BENCH_DATABASE_URL=… python -m …   measures the books that are there already, and leaves them

With words, only what has them in its name or address is measured.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.rows import at, say

ROOT = Path(__file__).resolve().parent.parent
AIM_MS = 150.0
WARM, MOST = 2, 40  # of fewer turns the 95th percentile is the slowest, and tells of the machine
LONGEST_S = float(os.environ.get("BENCH_SECONDS", "4"))


def measure(*, jobs: int, only: str = "") -> None:
    """Build books, measure each address in a process of its own settings, and drop them."""
    given = os.environ.get("BENCH_DATABASE_URL", "")
    if given:
        _child(url=given, jobs=0, only=only)
        return
    sys.path.insert(0, str(ROOT))
    from tests import services

    with services.postgres() as running:
        _child(url=running.url, jobs=jobs, only=only)


def _child(*, url: str, jobs: int, only: str) -> None:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "aivideo_project.settings",
            "ENV_FILE": os.devnull,
            "DATA_DIR": folder,
            "DATABASE_URL": url,
            "RING_THE_BELL": "false",
            "LOG_LEVEL": "ERROR",
            "AIVIDEO_LOG_FILE": str(Path(folder) / "facts.log"),
        }
        words = [sys.executable, "-m", "bench.reports", "inside", str(jobs), only]
        subprocess.run(words, check=True, cwd=ROOT, env=env)


def _inside(*, jobs: int, only: str) -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.urls import get_resolver

    from aivideo_project import loading
    from bench import books
    from bench.addresses import addresses

    call_command("collectstatic", interactive=False, verbosity=0)
    if jobs:
        call_command("migrate", verbosity=0)
        books.build(jobs=jobs)
    client = _signed_in()
    _ = get_resolver().url_patterns
    loading.end()  # both as the web's processes do
    slow = []
    found = [one for one in addresses() if only in f"{one[0]} {one[1]}"]
    for name, path in found:
        p95 = _tell(client, name, path)
        if p95 > AIM_MS:
            slow.append(name)
    say("reports", addresses=len(found), aim_p95_ms=AIM_MS, over_the_aim=slow)


def _signed_in() -> Any:
    """The owner of the biggest agency, who may look behind the desk too."""
    from django.test import Client

    from accounts.models import User

    User.objects.filter(username="p0-0").update(is_staff=True, is_superuser=True)
    client = Client(headers={"Host": "localhost"})
    client.force_login(User.objects.get(username="p0-0"))
    return client


def _tell(client: Any, name: str, path: str) -> float:
    """One row; the 95th percentile in milliseconds, without end where the database gave up."""
    from django.db import OperationalError

    times, sums, work = [], [], []
    began = time.perf_counter()
    for turn in range(WARM + MOST):
        with _counted() as asked:
            start, worked = time.perf_counter(), time.process_time()
            try:
                answer = client.get(path)
            except OperationalError as fault:
                say("report", name=name, gave_up=str(fault).strip())
                return float("inf")
            size = _read(answer)
            took = (time.perf_counter() - start) * 1000
            worked = (time.process_time() - worked) * 1000
        assert answer.status_code == 200, (name, path, answer.status_code)
        if turn >= WARM or took > LONGEST_S * 1000:
            times.append(took)
            sums.append(sum(asked))
            work.append(worked)
        if times and time.perf_counter() - began > LONGEST_S:
            break
    p95 = at(times, 95)
    say(
        "report",
        name=name,
        p50_ms=round(at(times, 50), 1),
        p95_ms=round(p95, 1),
        queries=len(asked),
        sql_ms=round(at(sums, 50), 1),
        python_ms=round(at(work, 50), 1),
        kb=round(size / 1024, 1),
        runs=len(times),
    )
    return p95


def _read(answer: Any) -> int:
    """The length of a page; of a file that is sent as it is made, up to its first row."""
    if not answer.streaming:
        return len(answer.content)
    pieces = iter(answer.streaming_content)
    size = len(next(pieces, b"")) + len(next(pieces, b""))
    answer.close()
    return size


@contextmanager
def _counted() -> Iterator[list[float]]:
    """The milliseconds of each statement meanwhile."""
    from django.db import connection

    asked: list[float] = []

    def timed(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        start = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            asked.append((time.perf_counter() - start) * 1000)

    with connection.execute_wrapper(timed):
        yield asked


if __name__ == "__main__":
    if sys.argv[1:2] == ["inside"]:
        _inside(jobs=int(sys.argv[2]), only=sys.argv[3])
    else:
        measure(jobs=int(os.environ.get("BENCH_JOBS", "20000")), only="".join(sys.argv[1:2]))
