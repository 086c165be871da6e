"""Start one limited child process: clean environment, low priority, always a timeout.

Files from outside are parsed only in such children, so that a parser's bug meets no key, no
network library of ours and no more memory or time than one clip may cost.
"""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from footage.children.limits import NOT_STARTED
from footage.errors import FootageError

NICE = 10
_LIMITS = str(Path(__file__).with_name("limits.py"))

# glibc reserves one 64 MB arena a thread, which would eat an address-space limit for nothing.
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "MALLOC_ARENA_MAX": "2"}


@dataclass(frozen=True, kw_only=True)
class ChildResult:
    """How a child ended. `code` is negative when a signal (a limit) ended it."""

    code: int
    out: bytes
    err: str
    timed_out: bool = False


def run_child(
    command: Sequence[str],
    *,
    timeout: float,
    given: bytes = b"",
    memory_bytes: int = 0,
    cpu_seconds: int = 0,
) -> ChildResult:
    """Run `command` to its end and return what it said, however it ended.

    `timeout` is wall seconds, after which the child is killed; 0 means no memory or CPU limit.
    The first word of `command` must be an absolute path. There is no shell.
    Raises FootageError when the program could not be started at all.
    """
    limits = [str(NICE), str(memory_bytes), str(cpu_seconds)]
    with subprocess.Popen(
        [sys.executable, "-I", "-S", _LIMITS, *limits, *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=_ENVIRONMENT,
    ) as process:
        try:
            out, err = process.communicate(given, timeout=timeout)
        except BaseException as stop:
            # Also on Ctrl-C and on a worker's own time limit: no child outlives its caller.
            process.kill()
            out, err = process.communicate()
            if not isinstance(stop, subprocess.TimeoutExpired):
                raise
            return ChildResult(code=-9, out=out, err=_text(err), timed_out=True)
    if process.returncode == NOT_STARTED:
        raise FootageError(f"{Path(command[0]).name} cannot be started")
    return ChildResult(code=process.returncode, out=out, err=_text(err))


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")
