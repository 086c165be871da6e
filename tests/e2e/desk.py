"""The whole product as an outsider has it: processes, HTTP, and the vendors' own invoice."""

import contextlib
import http.client
import json
import os
import select
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.product import (
    READY,
    ROOT,
    START_SECONDS,
    STOP_SECONDS,
    SUPERVISOR,
    demo_of,
    descendants,
)
from tests.services import free_port

ENDED = ("completed", "failed", "cancelled")


@dataclass(frozen=True)
class Reply:
    status: int
    body: Any
    headers: Mapping[str, str]


class Desk:
    """One product on a folder of its own; it may be stopped and started again on its data."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.data = folder / "var"
        self.data.mkdir(parents=True, exist_ok=True)
        self.port, self.sandbox_port = free_port(), free_port()
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self.environment = {
            **kept,
            "ENV_FILE": os.devnull,
            "DATA_DIR": str(self.data),
            "PORT": str(self.port),
            "SANDBOX_PORT": str(self.sandbox_port),
            "AIVIDEO_LOG_FILE": str(self.data / "facts.log"),
            **settings,
        }
        self.process: subprocess.Popen[bytes] | None = None

    # --- its life

    def start(self) -> float:
        """Returns the seconds until it said that all is good."""
        began = time.monotonic()
        console = self.data / f"console-{time.monotonic_ns()}.txt"
        with console.open("wb") as output:
            self.process = subprocess.Popen(
                SUPERVISOR,
                cwd=ROOT,
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        while READY not in console.read_text(errors="replace"):
            if self.process.poll() is not None or time.monotonic() > began + START_SECONDS:
                raise AssertionError(f"it did not start:\n{console.read_text()}")
            time.sleep(0.1)
        return time.monotonic() - began

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self.process is None:
            return
        self.process.send_signal(how)
        self.process.wait(STOP_SECONDS)
        self.process = None

    def processes(self) -> set[int]:
        """Every process on this machine that works on our data, by its environment."""
        mark = f"DATA_DIR={self.data}".encode()
        found = set()
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (folder / "environ").read_bytes().split(b"\0"):
                    found.add(int(folder.name))
            except OSError:
                continue
        return found

    def worker(self) -> list[int]:
        """The Celery worker's processes."""
        assert self.process is not None
        below = descendants(self.process.pid)
        return [pid for pid in sorted(below) if "project.worker" in _program(pid)]

    def kill_worker(self) -> bool:
        """SIGKILL; False when it was not there at that moment."""
        found = self.worker()
        for pid in found:
            os.kill(pid, signal.SIGKILL)
        return bool(found)

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )

    # --- its doors

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def demo(self) -> dict[str, str]:
        return demo_of(self.data)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Reply:
        """`path` follows /api/; header names are written with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named = {"Authorization": f"Bearer {self.demo['AIVIDEO_API_KEY']}", **named}
        if body is not None:
            named["Content-Type"] = "application/json"
        data = None if body is None else json.dumps(body).encode()
        return fetch(f"{self.base}/api/{path}", method=method, data=data, headers=named)

    def get(self, path: str) -> Any:
        answer = self.call("GET", path)
        assert answer.status == 200, answer
        return answer.body

    def ask(self, prompt: str, **more: Any) -> str:
        """The id of a new job."""
        answer = self.call("POST", "ai-video/generate", {"prompt": prompt, **more})
        assert answer.status == 202, answer
        return str(answer.body["job_id"])

    def status(self, job_id: str) -> dict[str, Any]:
        return dict(self.get(f"ai-video/status/{job_id}"))

    def ended(self, job_id: str, *, seconds: float = 180.0) -> dict[str, Any]:
        """The job's status when it has ended and its cost is known."""
        limit = time.monotonic() + seconds
        while True:
            told = self.status(job_id)
            if told["status"] in ENDED and told["cost"] is not None:
                return told
            if time.monotonic() > limit:
                raise AssertionError(f"{job_id} has not ended after {seconds} s: {told}")
            time.sleep(0.1)

    def create(self, prompt: str, **more: Any) -> dict[str, Any]:
        return self.ended(self.ask(prompt, **more))

    # --- the vendors

    def control(self, name: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        url = f"http://127.0.0.1:{self.sandbox_port}/_control/{name}"
        method = "GET" if body is None else "POST"
        return fetch(url, method=method, data=data, headers={}).body

    def invoice(self) -> dict[str, float]:
        """Dollars by vendor task, of what was charged."""
        lines = self.control("invoice")["lines"]
        return {x["task_id"]: x["amount_micros"] / 1e6 for x in lines if x["amount_micros"]}

    def tasks(self, words: str) -> list[dict[str, Any]]:
        """The vendors' tasks whose prompt contains `words`."""
        return [task for task in self.control("tasks")["tasks"] if words in task["prompt"]]

    # --- its books

    def ledger(self) -> list[dict[str, Any]]:
        lines: list[dict[str, Any]] = []
        path = "ledger?limit=100"
        while path:
            page = self.get(path)
            lines += page["results"]
            path = page["next"].partition("/api/")[2] if page["next"] else ""
        return lines

    def assert_at_rest(self) -> None:
        """Each task booked as invoiced, nothing held, and no complaint of check_money."""
        lines = self.ledger()
        booked: dict[str, float] = {}
        for line in lines:
            if line["spent"]:
                booked[line["task_id"]] = round(booked.get(line["task_id"], 0) + line["spent"], 6)
        assert booked == self.invoice()
        assert round(sum(line["held"] for line in lines), 6) == 0
        checked = self.manage("check_money")
        assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


def fetch(url: str, *, method: str, data: bytes | None, headers: dict[str, str]) -> Reply:
    request = urllib.request.Request(url, data=data, headers=headers, method=method)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310
            return _reply(answer.status, answer.read(), answer.headers)
    except urllib.error.HTTPError as refused:
        with refused:
            return _reply(refused.code, refused.read(), refused.headers)


def early_answer(url: str, *, data: bytes, headers: dict[str, str]) -> Reply:
    """POST to a server that may answer and hang up before it has read all of the body."""
    place = urlsplit(url)
    link = http.client.HTTPConnection(place.hostname or "", place.port, timeout=120)
    link.connect()
    link.putrequest("POST", place.path)
    for name, value in {**headers, "Content-Length": str(len(data))}.items():
        link.putheader(name, value)
    link.endheaders()
    with contextlib.closing(link):
        with contextlib.suppress(OSError):
            for start in range(0, len(data), 65536):
                if select.select([link.sock], [], [], 0)[0]:
                    break
                link.send(data[start : start + 65536])
        answer = http.client.HTTPResponse(link.sock, method="POST")
        answer.begin()
        return _reply(answer.status, answer.read(), answer.headers)


def _reply(status: int, content: bytes, headers: Mapping[str, str]) -> Reply:
    told = headers.get("Content-Type", "")
    body = json.loads(content) if "json" in told and content else content
    return Reply(status=status, body=body, headers=headers)


def _program(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""
