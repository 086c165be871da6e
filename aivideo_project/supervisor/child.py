"""One program that the supervisor keeps running, with all that it starts itself."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from typing import IO

from aivideo_project.supervisor.guard import Guard, signalled

FIRST_PAUSE = 0.1
LONGEST_PAUSE = 10.0
# Whoever ran this long was healthy: its next end is counted as its first.
STEADY_SECONDS = 30.0
PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """Runs in the new process. Linux only; elsewhere, and for grandchildren, there is the guard."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Child:
    """A process group, its output, and when it may be started again."""

    def __init__(self, name: str, argv: Sequence[str], *, env: Mapping[str, str]) -> None:
        self.name = name
        self.argv = list(argv)
        self.env = env
        self.fails = 0
        self.due_at = 0.0
        self.started_at = 0.0
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, guard: Guard) -> tuple[IO[bytes], IO[bytes]]:
        """Start it; returns its standard output and its error output, neither of which blocks.

        The fork runs Python before exec, which is safe because the supervisor has no threads.
        """
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            self.argv,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            preexec_fn=end_with_parent,
        )
        guard.watch(self.process.pid)
        for output in self.outputs:
            os.set_blocking(output.fileno(), False)
        return self.outputs

    @property
    def outputs(self) -> tuple[IO[bytes], IO[bytes]]:
        process = self.process
        assert process and process.stdout and process.stderr  # noqa: S101 - asked for in start
        return process.stdout, process.stderr

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def signal(self, number: int) -> None:
        if self.process is not None:
            signalled(self.process.pid, number)

    def clear(self, guard: Guard) -> int:
        """After its end: kill what it left behind, which could hold its port; the exit code."""
        assert self.process is not None  # noqa: S101 - only called for one that ran
        code = self.process.wait()
        signalled(self.process.pid, signal.SIGKILL)
        guard.forget(self.process.pid)
        for output in self.outputs:
            output.close()
        self.process = None
        return code

    def plan_restart(self) -> float:
        """The seconds to wait before the next start, growing while it keeps dying young."""
        steady = time.monotonic() - self.started_at > STEADY_SECONDS
        self.fails = 0 if steady else self.fails + 1
        pause: float = min(FIRST_PAUSE * 2**self.fails, LONGEST_PAUSE)
        self.due_at = time.monotonic() + pause
        return pause
