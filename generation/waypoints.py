"""Named points of the protocol at which a crash must do no harm.

Every commit, send, receive and rename of the engine carries a name of its own. Nothing happens
here in production; tests put a function in `hook` and end the work at one named point, so that
each point is proven by name.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import transaction

P = ParamSpec("P")
R = TypeVar("R")

hook: Callable[[str], None] | None = None


def passed(name: str) -> None:
    """What stands right before this has happened, and nothing after it has."""
    if hook is not None:
        hook(name)


@contextmanager
def commit(name: str) -> Iterator[None]:
    """A transaction, and the point right after it."""
    with transaction.atomic():
        yield
    passed(name)


@contextmanager
def after(name: str) -> Iterator[None]:
    """The point right after something that leaves this process, however it was answered."""
    try:
        yield
    except Exception:
        passed(name)
        raise
    passed(name)


def inside(work: Callable[P, R]) -> Callable[P, R]:
    """For a function that writes in its caller's transaction: the point is the caller's."""

    @wraps(work)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        if not transaction.get_connection().in_atomic_block:
            raise RuntimeError(f"{work.__name__} writes inside the transaction of its caller only.")
        return work(*args, **kwargs)

    return checked
