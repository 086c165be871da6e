"""Whole processes of the product at work on one database, killed and paused at random."""

import contextlib
import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from aivideo_project.supervisor.guard import Guard

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, kw_only=True)
class Post:
    """One place in the crew: whoever holds it and dies is replaced."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]


@dataclass
class Crew:
    """Processes by post; what they print goes to `data`/<name>.out."""

    data: Path
    posts: Sequence[Post]
    kills: Counter[str] = field(default_factory=Counter)
    pauses: Counter[str] = field(default_factory=Counter)
    deaths: Counter[str] = field(default_factory=Counter)
    _holders: "dict[int, subprocess.Popen[bytes]]" = field(default_factory=dict)
    _wake_at: dict[int, float] = field(default_factory=dict)
    _guard: Guard = field(default_factory=Guard)

    def fill(self) -> None:
        """Wake who has slept enough, and fill the places of the dead."""
        moment = time.monotonic()
        for place in [place for place, at in self._wake_at.items() if at <= moment]:
            del self._wake_at[place]
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._holders[place].pid, signal.SIGCONT)
        for place, post in enumerate(self.posts):
            holder = self._holders.get(place)
            if holder is not None and holder.poll() is None:
                continue
            if holder is not None:
                # Not by our hand: it fell over what happens around it.
                self.deaths[post.name] += 1
                self._guard.forget(holder.pid)
            self._wake_at.pop(place, None)
            self._start(place, post)

    def kill(self, which: int) -> None:
        """SIGKILL to a member and whatever it has started; another takes its place."""
        place = which % len(self.posts)
        if self._holders[place].poll() is not None:
            self.fill()
            return
        _end(self._holders[place])
        self._guard.forget(self._holders[place].pid)
        self._wake_at.pop(place, None)
        self.kills[self.posts[place].name] += 1
        self._start(place, self.posts[place])

    def pause(self, which: int, *, seconds: float) -> None:
        """Stop a member for a while, as a machine that swaps or sleeps does."""
        place = which % len(self.posts)
        if place in self._wake_at:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._holders[place].pid, signal.SIGSTOP)
            self._wake_at[place] = time.monotonic() + seconds
            self.pauses[self.posts[place].name] += 1

    def stop(self) -> None:
        for holder in self._holders.values():
            _end(holder)
        self._holders.clear()
        self._guard.close()

    def _start(self, place: int, post: Post) -> None:
        with (self.data / f"{post.name}.out").open("ab") as output:
            holder = subprocess.Popen(
                post.argv,
                cwd=ROOT,
                env=post.env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self._guard.watch(holder.pid)
        self._holders[place] = holder


def _end(member: "subprocess.Popen[bytes]") -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(member.pid, signal.SIGKILL)
    member.wait(10)
