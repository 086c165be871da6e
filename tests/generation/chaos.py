"""Whole driver processes at work on one database, killed and paused at random.

The same seed gives the same order of kills, pauses and vendor faults; what the machine does
between them is its own affair, so a replay is alike, not identical.
"""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection

ROOT = Path(__file__).resolve().parents[2]

# Between a tenth and three tenths of the calls of each stage go wrong. A task that stalls is
# left out: it ends at its deadline only, minutes later.
FAULTS = {
    "drop-before": 0.04,
    "http-503": 0.04,
    "rate-limit": 0.04,
    "lost-response": 0.06,
    "http-500": 0.04,
    "slow-answer": 0.02,
    "task-fail": 0.10,
    "task-moderation": 0.04,
    "bad-json": 0.03,
    "status-404": 0.03,
    "status-500": 0.03,
    "unknown-status": 0.03,
    "stale-status": 0.03,
    "slow-status": 0.01,
    "drop-status": 0.03,
    "expired-url": 0.06,
    "truncated-file": 0.06,
    "stalled-download": 0.01,
    "download-500": 0.06,
}


def database_url() -> str:
    """The test database's address, for processes of their own."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"


@dataclass
class Crew:
    """`size` driver processes; each that dies is replaced at once."""

    data: Path
    sandbox_url: str
    size: int = 3
    kills: int = 0
    pauses: int = 0
    _members: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self) -> None:
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        environment = {
            **kept,
            "DJANGO_SETTINGS_MODULE": "aivideo_project.settings",
            "ENV_FILE": os.devnull,
            "DATA_DIR": str(self.data),
            "DATABASE_URL": database_url(),
            "SANDBOX_URL": self.sandbox_url,
            "RING_THE_BELL": "false",
            "UNKNOWN_GRACE_TEST_SECONDS": "2",
            "AIVIDEO_LOG_FILE": str(self.data / "facts.log"),
        }
        with (self.data / "drivers.log").open("ab") as log:
            self._members.append(
                subprocess.Popen(
                    [sys.executable, "manage.py", "run_driver"],
                    cwd=ROOT,
                    env=environment,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            )

    def fill(self) -> None:
        self._members = [member for member in self._members if member.poll() is None]
        while len(self._members) < self.size:
            self.start()

    def kill(self, which: int) -> None:
        """SIGKILL to a member and whatever it has started."""
        member = self._members.pop(which % len(self._members))
        _end(member)
        self.kills += 1

    def pause(self, which: int, *, seconds: float) -> None:
        """Stop a member for a while, as a machine that swaps or sleeps does."""
        member = self._members[which % len(self._members)]
        with contextlib.suppress(ProcessLookupError):
            os.killpg(member.pid, signal.SIGSTOP)
            time.sleep(seconds)
            os.killpg(member.pid, signal.SIGCONT)
        self.pauses += 1

    def stop(self) -> None:
        for member in self._members:
            _end(member)
        self._members.clear()


def _end(member: "subprocess.Popen[bytes]") -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(member.pid, signal.SIGKILL)
    member.wait(10)


def torment(
    crew: Crew,
    *,
    dice: random.Random,
    calm_after: float,
    give_up_after: float,
    open_work: Callable[[], int],
) -> float:
    """Kill about every 0.7 s until `calm_after` seconds, then wait for rest. Seconds it took."""
    began = time.monotonic()
    crew.fill()
    while open_work():
        passed = time.monotonic() - began
        if passed > give_up_after:
            break
        time.sleep(dice.uniform(0.4, 1.0))
        if passed < calm_after:
            which = dice.randrange(crew.size)
            if dice.random() < 0.15:
                crew.pause(which, seconds=dice.uniform(0.3, 1.5))
            else:
                crew.kill(which)
        crew.fill()
    return time.monotonic() - began
