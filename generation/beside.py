"""What goes on beside the driving without a broker: signs of life, notices, other rooms' work."""

import logging
import math
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import suppress

from django.conf import settings
from django.db import close_old_connections
from django.utils.module_loading import import_string

from generation import chores, heartbeat, telling

log = logging.getLogger(__name__)

EVERY_SECONDS = 2.0
NOTICES_A_ROUND = 40
# A thread's connection is looked at so often, and after a failure: each time costs a way to the
# database, which a clip's own work takes a dozen times.
CHECK_SECONDS = 1.0
_checked = threading.local()


class Beside:
    """What goes on beside the driving: signs of life, notices, other rooms' work, chores."""

    def __init__(self, *, teller: Executor, neighbour: Executor) -> None:
        self._teller, self._neighbour = teller, neighbour
        # Chores may take seconds, in which no clip is to be kept waiting for a look.
        self._others: list[Callable[[], object]] = [
            *(import_string(name) for name in settings.DRIVEN_TOO),
            chores.run_if_due,
        ]
        self._looked = 0.0
        self._told: list[Future[None]] = []
        self._done: list[Future[None]] = []

    def look_after(self) -> None:
        """Every few seconds; what is still at work from before is left to it."""
        if time.monotonic() - self._looked <= EVERY_SECONDS:
            return
        heartbeat.beat("worker")
        heartbeat.beat("scheduler")
        self._looked = time.monotonic()
        if all(one.done() for one in self._told):
            self._told = [self._teller.submit(alone, telling.tell_due, NOTICES_A_ROUND)]
        if all(one.done() for one in self._done):
            self._done = [self._neighbour.submit(alone, other) for other in self._others]


def begin(pool: Executor, work: Callable[..., object], *about: object) -> None:
    """Give it to the pool, which takes nothing any more while its process stops: what was to be
    done is as due as before."""
    with suppress(RuntimeError):
        pool.submit(alone, work, *about)


def alone(work: Callable[..., object], *about: object) -> None:
    """Outermost loop of a thread: a defect in one piece of work must not stop the others."""
    moment = time.monotonic()
    if moment - getattr(_checked, "at", -math.inf) > CHECK_SECONDS:
        close_old_connections()
        _checked.at = moment
    try:
        work(*about)
    except Exception:
        log.exception("work_failed task=%s about=%s", getattr(work, "__name__", work), about)
        close_old_connections()
