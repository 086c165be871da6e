"""`python -m bench.goals.waiting.ours STUB FLIGHT…`: the product waits for tasks at the stub.

A flight is DIALECT:COUNT:LEAST_GAP:MEDIAN:SIGMA:MOST, or the same with `:push` where the vendor
calls back. Everything on a PostgreSQL of its own, which tells when an end was committed. Prints
one JSON object: a figure for each flight, and what the worker took.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.goals.waiting.rows import fly, late, remember, until_ended
from bench.rows import at, cpu_seconds, memory_mb
from tests.services import Postgres, free_port, postgres

ROOT = Path(__file__).resolve().parents[3]
PROVIDERS = {"fal": "pika", "runway": "runway", "sora": "sora"}
SETTLED = 2.0  # seconds for a worker to come to rest before it is measured
PATIENCE = 120.0


@dataclass(frozen=True)
class Flight:
    dialect: str
    count: int
    least_gap: float
    terms: dict[str, Any]
    push: bool

    @property
    def provider(self) -> str:
        return PROVIDERS[self.dialect]


def flight(text: str) -> Flight:
    dialect, count, gap, median, sigma, most, *push = text.split(":")
    terms = {"median": float(median), "sigma": float(sigma), "most": float(most)}
    rule = {"dialect": dialect, "least_gap": float(gap)}
    return Flight(dialect, int(count), float(gap), {**terms, **rule}, bool(push))


class Stub:
    def __init__(self, address: str) -> None:
        self.address = address

    def ask(self, path: str, given: Any = None) -> Any:
        body = None if given is None else json.dumps(given).encode()
        request = urllib.request.Request(self.address + path, data=body)
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.load(answer)


def main() -> None:
    stub, flights = Stub(sys.argv[1]), [flight(text) for text in sys.argv[2:]]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="waiting-")))
        server = stack.enter_context(postgres(durable=True))
        port = free_port()
        prepare(folder, server, stub, port)
        hooks = f"http://127.0.0.1:{port}/hooks"
        for one in flights:
            remember(one, stub)
        if any(one.push for one in flights):
            stack.enter_context(process([sys.executable, "-m", "aivideo_project.web"]))
        worker = stack.enter_context(process([sys.executable, "-m", "bench.goals.waiting.worker"]))
        until(driving)
        if any(one.push for one in flights):
            until(lambda: answers(port))
        time.sleep(SETTLED)
        empty, spent = memory_mb(worker.pid), cpu_seconds(worker.pid)
        for one in flights:
            fly(one, stub, hooks=hooks)
        most = until_ended(lambda: memory_mb(worker.pid))
        rows = [told(one, stub) for one in flights]
        cpu = cpu_seconds(worker.pid) - spent
    print(json.dumps({"flights": rows, "cpu_s": cpu, "empty_mb": empty, "most_mb": most}))


def prepare(folder: Path, server: Postgres, stub: Stub, port: int) -> None:
    """A database with the catalogue, that keeps the time of every commit."""
    os.environ.update(
        DJANGO_SETTINGS_MODULE="aivideo_project.settings",
        ENV_FILE=os.devnull,
        DATA_DIR=str(folder),
        DATABASE_URL=server.url,
        SANDBOX_URL=stub.address,
        PORT=str(port),
        WEB_WORKERS="1",
        WEB_THREADS="8",
        PUBLIC_BASE_URL=f"http://127.0.0.1:{port}",
        RING_THE_BELL="false",
        LOG_LEVEL="ERROR",
        AIVIDEO_LOG_FILE=str(folder / "facts.log"),
    )
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ALTER SYSTEM SET track_commit_timestamp = on")
    connection.close()
    server.crash()
    server.start()
    call_command("migrate", verbosity=0)
    call_command("load_catalogue", verbosity=0)


def driving() -> bool:
    from generation.heartbeat import last_beats

    return "worker" in last_beats()


def answers(port: int) -> bool:
    """Whether the web process is there; asking loads what the first callback would wait for."""
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/hooks/pika/test/nobody", data=b"{}")
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def until(there: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE
    while not there():
        assert time.monotonic() < ends, "the product does not start"
        time.sleep(0.1)


class process:
    """A process of the product for as long as the block lasts."""

    def __init__(self, command: list[str]) -> None:
        self._command = command

    def __enter__(self) -> subprocess.Popen[bytes]:
        self._running = subprocess.Popen(self._command, cwd=ROOT, env=os.environ.copy())
        return self._running

    def __exit__(self, *fault: object) -> None:
        self._running.terminate()
        self._running.wait(30)


def told(one: Flight, stub: Stub) -> dict[str, Any]:
    seen = stub.ask(f"/_tasks?dialect={one.dialect}")
    delays = late(one, {task: ends for task, (_, ends, _) in seen["tasks"].items()})
    calls = [calls for _, _, calls in seen["tasks"].values()]
    return {
        "dialect": one.dialect,
        "count": one.count,
        "ended": len(delays),
        "p50_s": at(delays, 50),
        "p95_s": at(delays, 95),
        "most_s": max(delays),
        "calls": sum(calls) / len(calls),
        "too_often": seen["too_often"],
    }


if __name__ == "__main__":
    main()
