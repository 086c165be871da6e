"""What the driver has handed out to senders and fetchers, and how much more they may be given."""

import threading
import time
from collections.abc import Iterable

# After so many seconds something that is still due is handed out again.
AGAIN_SECONDS = 3.0
# Of one kind of work at a time.
MOST_AT_ONCE = 100


class Handed:
    """Which ids have been handed out lately, by kind of work. Any thread may ask and tell."""

    def __init__(self) -> None:
        self._at: dict[tuple[str, int], float] = {}
        self._lock = threading.Lock()

    def fresh(self, name: str, ids: Iterable[int]) -> list[int]:
        """Those that have not been handed out; from now on they have."""
        moment = time.monotonic()
        with self._lock:
            found = [pk for pk in ids if (name, pk) not in self._at]
            self._at |= {(name, pk): moment for pk in found}
        return found

    def ages(self, name: str, ids: Iterable[int]) -> dict[int, float]:
        """For how many seconds these have been handed out, those that have."""
        moment = time.monotonic()
        with self._lock:
            found = {pk: self._at.get((name, pk)) for pk in ids}
        return {pk: moment - at for pk, at in found.items() if at is not None}

    def forget_old(self) -> None:
        """What is still due after a while is handed out again."""
        moment = time.monotonic()
        with self._lock:
            self._at = {k: at for k, at in self._at.items() if moment - at < AGAIN_SECONDS}

    def clear(self) -> None:
        with self._lock:
            self._at.clear()


class Window:
    """How many sends may be handed out before the senders have begun with them: more while
    they keep up, fewer when one has lain about for long."""

    LEAST, MOST, LONG = 4, MOST_AT_ONCE, 0.5

    def __init__(self) -> None:
        self._size = self.LEAST // 2

    def room(self, ages: Iterable[float]) -> int:
        """How many more may be handed out, beside those that lie about for `ages` seconds."""
        lying = list(ages)
        if lying and max(lying) > self.LONG:
            self._size = max(self.LEAST, self._size // 2)
        elif not lying:
            self._size = min(self.MOST, self._size * 2)
        return max(0, self._size - len(lying))
