"""Ends process groups when the process that started them is gone, however it went.

A kill -9 gives the supervisor no chance to stop anything, and what its children started is
nobody's child then. So a second, tiny process holds the other end of a pipe: when the pipe
closes, the supervisor is no more, and the groups written into it are ended.

Run as a file by `Guard`, without site packages, to be small and quick to start.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from types import TracebackType

PATIENCE = 10.0


class Guard:
    """The supervisor's end. `keep` are file descriptors that the guard holds open as well."""

    def __init__(self, *, keep: Sequence[int] = ()) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", __file__],
            stdin=subprocess.PIPE,
            start_new_session=True,
            pass_fds=tuple(keep),
        )

    def watch(self, group: int) -> None:
        self._say(f"+{group}\n")

    def forget(self, group: int) -> None:
        self._say(f"-{group}\n")

    def close(self) -> None:
        """End what is still watched; returns when it is gone."""
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait()

    def __enter__(self) -> "Guard":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _say(self, line: str) -> None:
        pipe = self._process.stdin
        if pipe is None or self._process.poll() is not None:
            return
        try:
            pipe.write(line.encode())
            pipe.flush()
        except BrokenPipeError:
            pass


def stand_watch() -> None:
    """Read groups from standard input until it closes, then end those that are left."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        group = int(line[1:])
        if line[0] == "+":
            groups.add(group)
        else:
            groups.discard(group)
    end_groups(groups, patience=PATIENCE)


def end_groups(groups: Iterable[int], *, patience: float) -> None:
    """SIGTERM, and after `patience` seconds SIGKILL for those that are still there."""
    left = {group for group in groups if signalled(group, signal.SIGTERM)}
    limit = time.monotonic() + patience
    while left and time.monotonic() < limit:
        time.sleep(0.05)
        left = {group for group in left if signalled(group, 0)}
    for group in left:
        signalled(group, signal.SIGKILL)


def signalled(group: int, number: int) -> bool:
    """Send a signal to a process group; False when the group is no more."""
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return False
    except PermissionError:
        return False  # another user's by now: the number was given out anew
    return True


if __name__ == "__main__":
    stand_watch()
