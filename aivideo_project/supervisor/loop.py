"""Starts children, reads what they say, starts again what dies, stops them all.

One thread and one `select`: a program without threads can fork safely and has no race to stop.
"""

import os
import selectors
import signal
import time
from collections.abc import Callable, Iterable
from typing import IO

from aivideo_project.supervisor.child import Child
from aivideo_project.supervisor.console import Console
from aivideo_project.supervisor.guard import Guard

TICK = 0.2
READ_AT_ONCE = 65536


class Loop:
    def __init__(self, *, guard: Guard, console: Console, gone: Callable[[], bool]) -> None:
        """`gone` says that whoever started us has gone, which ends us as a signal does."""
        self.guard = guard
        self.console = console
        self.stop_asked = 0
        self._gone = gone
        self._kept: list[Child] = []
        self._outputs = selectors.DefaultSelector()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)

    @property
    def stopping(self) -> bool:
        return self.stop_asked > 0

    def _ask_to_stop(self, number: int, frame: object) -> None:
        self.stop_asked += 1

    def keep(self, child: Child) -> None:
        """Start a child and start it again whenever it ends."""
        self._kept.append(child)
        self._start(child)

    def run_once(self, child: Child) -> int:
        """Run a child to its end (or ours); its exit code."""
        self._start(child)
        while child.running:
            self.tick(restart=True)
            if self.stopping:
                child.signal(signal.SIGTERM)
        return self._ended(child)

    def wait_for(self, ready: Callable[[], bool], *, seconds: float) -> bool:
        """Go on until `ready` or a stop; False when the time is up."""
        limit = time.monotonic() + seconds
        ask_at = 0.0  # not at every tick: a child that talks much would have us ask without pause
        while not self.stopping:
            if time.monotonic() >= ask_at:
                if ready():
                    return True
                ask_at = time.monotonic() + TICK
            if time.monotonic() > limit:
                return False
            self.tick(restart=True)
        return False

    def tick(self, *, restart: bool) -> None:
        """Read for a moment, then see who has died."""
        for key, _ in self._outputs.select(TICK):
            self._read(*key.data)
        if self._gone():
            self.stop_asked = max(1, self.stop_asked)
        for child in self._kept if restart and not self.stopping else ():
            self._look_after(child)

    def stop(self, children: Iterable[Child], *, seconds: float, asked: int = 1) -> None:
        """SIGTERM to all of them at once; SIGKILL to what is left, or when a stop has been asked
        for more than `asked` times, be it before this began."""
        left = [child for child in children if child.process is not None]
        for child in left:
            child.signal(signal.SIGTERM)
        limit = time.monotonic() + seconds
        while any(child.running for child in left):
            if time.monotonic() > limit or self.stop_asked > asked:
                break
            self.tick(restart=False)
        for child in left:
            child.signal(signal.SIGKILL)
            self._ended(child)
            if child in self._kept:
                self._kept.remove(child)

    def _start(self, child: Child) -> None:
        calm, loud = child.start(self.guard)
        self._outputs.register(calm, selectors.EVENT_READ, (child, calm, False))
        self._outputs.register(loud, selectors.EVENT_READ, (child, loud, True))

    def _look_after(self, child: Child) -> None:
        if child.running:
            return
        if child.process is not None:
            code = self._ended(child)
            pause = child.plan_restart()
            self.console.say(f"{child.name} ended ({_why(code)}); again in {pause:.1f} s.")
        elif time.monotonic() >= child.due_at:
            self._start(child)

    def _ended(self, child: Child) -> int:
        """Take leave of a child: its group, its last words, its exit code."""
        process = child.process
        assert process is not None  # noqa: S101 - callers look first
        process.wait()
        child.signal(signal.SIGKILL)
        for output, loud in zip(child.outputs, (False, True), strict=True):
            self._read(child, output, loud)
            if output in self._outputs.get_map():
                self._outputs.unregister(output)
        self.console.finish(child.name)
        return child.clear(self.guard)

    def _read(self, child: Child, output: IO[bytes], loud: bool) -> None:
        try:
            data = os.read(output.fileno(), READ_AT_ONCE)
        except BlockingIOError:
            return
        if data:
            self.console.hear(child.name, data, loud=loud)
        elif output in self._outputs.get_map():
            self._outputs.unregister(output)


def _why(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit {code}"
