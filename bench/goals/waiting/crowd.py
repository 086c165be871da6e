"""How late an end is seen, with how many calls, by us and by the vendors' own clients.

Tasks of about a minute at a stub: lognormal, those of over 80 s drawn again. We start with a past
of 200 tasks, as an offer in use has; the clients know none. Ours ends with the commit that settles
the task, theirs when their wait returns.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.goals.anchors import program
from bench.goals.waiting.ours import Stub
from bench.rows import at, say

LOOPS = Path(__file__).parents[1] / "anchors" / "wait_loops.py"
WIDE, TIGHT = "60:0.35:80", "60:0.15:80"
THOUSAND = 1000


@dataclass(frozen=True)
class Waited:
    """Seconds of delay, calls a task with the create, CPU seconds and megabytes of a process."""

    p50: float
    p95: float
    calls: float
    cpu: float = 0.0
    mb: float = 0.0
    too_often: int = 0


class Vendors:
    """A stub for as long as the block lasts."""

    def __enter__(self) -> Stub:
        command = [sys.executable, "-m", "bench.goals.waiting.stub"]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        return Stub(self._process.stdout.readline().split()[-1])

    def __exit__(self, *fault: object) -> None:
        self._process.terminate()
        self._process.communicate(timeout=10)


class Product:
    """The product waits for some flights, in one worker, while the caller does something else."""

    def __init__(self, *flights: str) -> None:
        self._vendors = Vendors()
        stub = self._vendors.__enter__()
        command = [sys.executable, "-m", "bench.goals.waiting.ours", stub.address, *flights]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def waited(self) -> list[Waited]:
        """For each flight; the worker's CPU and memory belong to all of them."""
        output = self._process.communicate()[0]
        self._vendors.__exit__()
        told = json.loads(output.splitlines()[-1])
        say("waiting_ours", **told)
        count = sum(one["count"] for one in told["flights"])
        return [_ours(one, told, count) for one in told["flights"]]


def _ours(one: dict[str, Any], told: dict[str, Any], count: int) -> Waited:
    assert one["ended"] == one["count"], f"{one['ended']} of {one['count']} ended"
    return Waited(
        p50=one["p50_s"],
        p95=one["p95_s"],
        calls=one["calls"],
        cpu=told["cpu_s"] * THOUSAND / count,
        mb=(told["most_mb"] - told["empty_mb"]) * THOUSAND / count,
        too_often=one["too_often"],
    )


class Client:
    """A thousand waits of a vendor's own client, in a process and at a stub of their own."""

    def __init__(self, loop: str, *, terms: str = WIDE) -> None:
        self._loop, self._vendors = loop, Vendors()
        self._stub = self._vendors.__enter__()
        median, sigma, most = map(float, terms.split(":"))
        self._stub.ask("/_terms", {"median": median, "sigma": sigma, "most": most})
        command = [program("clients"), str(LOOPS), self._stub.address, loop, str(THOUSAND)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def waited(self) -> Waited:
        told = json.loads(self._process.communicate()[0].splitlines()[-1])
        vendor = self._loop.partition("-")[0]
        dialect = "sora" if vendor == "openai" else vendor
        tasks = self._stub.ask(f"/_tasks?dialect={dialect}")["tasks"]
        self._vendors.__exit__()
        late = [moment - tasks[task_id][1] for task_id, moment in told["done"].items()]
        assert len(late) == THOUSAND, f"{self._loop}: {len(late)} came back"
        waited = Waited(
            p50=at(late, 50),
            p95=at(late, 95),
            calls=sum(calls for _, _, calls in tasks.values()) / THOUSAND,
            cpu=told["cpu_s"],
            mb=told["added_mb"],
        )
        say("waiting_theirs", loop=self._loop, **vars(waited))
        return waited
