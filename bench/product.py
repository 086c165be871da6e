"""Measurements of the whole product, started as `make run` starts it, from outside."""

import os
import signal
import sqlite3
import time
from contextlib import closing
from datetime import datetime
from pathlib import Path

from bench import load
from bench.rows import at, cpu_seconds, memory_mb, say
from tests.e2e.desk import Desk
from tests.product import descendants

DRAFT = {"prompt": "A paper boat on a pond", "quality": "draft", "duration": 3}
PARTS = {
    "project.web": "web",
    "project.worker": "worker",
    " beat ": "scheduler",
    "-m sandbox": "sandbox",
}


def starts(desk: Desk) -> None:
    """Cold start on an empty folder, then again on its data; memory when all is idle."""
    first = desk.start()
    desk.stop()
    say("start", first_s=first, again_s=desk.start(), processes=len(desk.processes()))
    time.sleep(2)
    say("memory_idle", **memory(desk))


def memory(desk: Desk) -> dict[str, float]:
    """Megabytes by part; the sandbox is no part of the product and counted apart."""
    assert desk.process is not None
    found: dict[str, float] = {}
    for pid in [desk.process.pid, *descendants(desk.process.pid)]:
        name = next((part for mark, part in PARTS.items() if mark in program(pid)), "other")
        found[f"{name}_mb"] = found.get(f"{name}_mb", 0.0) + memory_mb(pid)
    found["product_mb"] = sum(mb for name, mb in found.items() if name != "sandbox_mb")
    return found


def program(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def stored(desk: Desk, *, count: int = 40, gap: float = 0.5) -> None:
    """From asking to a stored clip, and what of that the vendor did not cause."""
    desk.control("footage", {"style": "plain"})
    ids = []
    for number in range(count):
        ids.append(desk.ask(f"{DRAFT['prompt']}, stored {number}", quality="draft", duration=3))
        time.sleep(gap)
    told = [desk.ended(job_id, seconds=120) for job_id in ids]
    tasks = {task["prompt"]: task for task in desk.tasks(", stored ")}
    whole, ours = [], []
    for number, job in enumerate(told):
        task = tasks[f"{DRAFT['prompt']}, stored {number}"]
        whole.append(between(job["created_at"], job["ended_at"]))
        ours.append(whole[-1] - between(task["created_at"], task["finished_at"]))
    say(
        "asked_to_stored",
        jobs=count,
        completed=sum(job["status"] == "completed" for job in told),
        p50_s=at(whole, 50),
        p95_s=at(whole, 95),
        ours_p50_s=at(ours, 50),
        ours_p95_s=at(ours, 95),
    )


def between(first: str, last: str) -> float:
    return (datetime.fromisoformat(last) - datetime.fromisoformat(first)).total_seconds()


def doors(desk: Desk) -> None:
    """Requests a second with the worker standing still, so that only the doors are measured."""
    key, port = desk.demo["AIVIDEO_API_KEY"], desk.port
    stop_worker(desk)
    before = web_cpu(desk)

    def create(number: int) -> load.Call:
        return "POST", "/api/ai-video/generate", {**DRAFT, "prompt": f"Accepted {number}"}

    for threads, count in ((1, 150), (16, 600)):
        made = load.run(port, key=key, make=create, count=count, threads=threads, wanted=202)
        tell("accept", made, threads=threads, cpu=web_cpu(desk) - before)
        before = web_cpu(desk)
    ids = [body["job_id"] for body in made.bodies]

    def status(number: int) -> load.Call:
        return "GET", f"/api/ai-video/status/{ids[number % len(ids)]}", None

    for threads, count in ((1, 300), (16, 2000)):
        seen = load.run(port, key=key, make=status, count=count, threads=threads, wanted=200)
        tell("status", seen, threads=threads, cpu=web_cpu(desk) - before)
        before = web_cpu(desk)
    batches(desk, key=key)


def stop_worker(desk: Desk) -> None:
    """Halt the worker at a moment when it does not hold the database."""
    while True:
        for pid in desk.worker():
            os.kill(pid, signal.SIGSTOP)
        with closing(sqlite3.connect(desk.data / "aivideo.sqlite3", timeout=0.2)) as database:
            try:
                database.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError:
                for pid in desk.worker():
                    os.kill(pid, signal.SIGCONT)


def batches(desk: Desk, *, key: str) -> None:
    prompts = [f"Batch of a thousand, clip {number}" for number in range(1000)]
    body = {"prompts": prompts, "quality": "draft", "duration": 3}

    def one(number: int) -> load.Call:
        return "POST", "/api/ai-video/batch-generate", body

    made = load.run(desk.port, key=key, make=one, count=3, threads=1, wanted=202)
    assert [reply["total_videos"] for reply in made.bodies] == [1000] * 3
    middle = at(made.times, 50)
    say("batch_of_1000", runs=3, p50_s=middle, jobs_per_s=1000 / middle)


def tell(row: str, result: load.Load, *, threads: int, cpu: float) -> None:
    say(
        row,
        threads=threads,
        requests=len(result.times),
        per_s=result.per_second,
        p50_ms=1000 * at(result.times, 50),
        p95_ms=1000 * at(result.times, 95),
        p99_ms=1000 * at(result.times, 99),
        web_cpu_ms=1000 * cpu / len(result.times),
    )


def web_cpu(desk: Desk) -> float:
    assert desk.process is not None
    return sum(cpu_seconds(p) for p in descendants(desk.process.pid) if "project.web" in program(p))


def measure(folder: Path) -> None:
    desk = Desk(folder, CREATES_PER_MINUTE="0")
    try:
        starts(desk)
        stored(desk)
        say("memory_after", **memory(desk))
        doors(desk)
    finally:
        # The thousands that were only to be accepted are not worth waiting for.
        for pid in desk.processes():
            os.kill(pid, signal.SIGKILL)
        if desk.process:
            desk.process.wait(30)
