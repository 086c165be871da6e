"""Who writes what looks have told: whoever looked, or a thread beside it while there is much.

With thousands of tasks under way the database would be idle while vendors are asked, and nobody
asked while the database writes.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager

from generation.beside import begin

# Fewer are written sooner by who has them at hand.
MANY = 50

_beside: Executor | None = None


@contextmanager
def writing_beside(executor: Executor) -> Iterator[None]:
    """Meanwhile `executor` writes what is much, in the order in which it was told."""
    global _beside
    _beside = executor
    try:
        yield
    finally:
        _beside = None


def write(work: Callable[[], object], *, rows: int) -> None:
    """Do it now, or as soon as the thread for it gets there. What a dead thread has left is looked
    at again once its claim is over."""
    if _beside is None or rows < MANY:
        work()
        return
    begin(_beside, work)
