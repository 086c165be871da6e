"""Noticing that the `make` above us was stopped or killed.

make passes SIGTERM on. At SIGINT it trusts the terminal to have told us too, and only waits;
killed, it says nothing at all. Both leave marks: it no longer catches SIGINT (Linux shows that),
and our parent is another process.
"""

import os
import signal
from collections.abc import Callable
from pathlib import Path

SIGINT_BIT = 1 << (signal.SIGINT - 1)


def parent_watch() -> Callable[[], bool]:
    """A function that says whether the parent of now has gone or was interrupted."""
    parent = os.getppid()
    caught = _catches_interrupt(parent)

    def gone() -> bool:
        if os.getppid() != parent:
            return True
        return caught and not _catches_interrupt(parent)

    return gone


def _catches_interrupt(process: int) -> bool:
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    for line in status.splitlines():
        if line.startswith("SigCgt:"):
            return bool(int(line.split()[1], 16) & SIGINT_BIT)
    return False
