"""A database that has no time just now: what that is, and doing a deadlock's loser again."""

import logging
import random
import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection

log = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

# SQLite's BUSY and LOCKED; what stands above the lowest byte only refines them.
SQLITE_BUSY = {5, 6}
# PostgreSQL chose this transaction as the one to give way: all of it is undone.
GAVE_WAY = {"40P01", "40001"}
# It waited for a lock, or for a free connection, as long as it may.
WAITED = {"55P03", "53300"}
MOST_TRIES = 4
PAUSE = 0.05
# What a person or program is told to wait; SQLite has waited for its lock for longer already.
RETRY_AFTER = 5


def is_busy(fault: BaseException | None) -> bool:
    """Whether the database was only too busy, so that the same request may do later."""
    if not isinstance(fault, OperationalError):
        return False
    cause = fault.__cause__
    code = getattr(cause, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in SQLITE_BUSY
    return _state(fault) in GAVE_WAY | WAITED


def unless_deadlocked(work: Callable[P, R]) -> Callable[P, R]:
    """For a function that is one whole transaction: done again where PostgreSQL undid it.

    Two transactions that move the same budgets in opposite order, as two fallbacks between two
    providers do, wait for each other for ever; PostgreSQL ends one of them after a second. Inside
    a transaction nothing is repeated here: whoever began it does all of it again.
    """

    @wraps(work)
    def tried(*args: P.args, **kwargs: P.kwargs) -> R:
        for tries in range(1, MOST_TRIES):
            try:
                return work(*args, **kwargs)
            except OperationalError as fault:
                if connection.in_atomic_block or _state(fault) not in GAVE_WAY:
                    raise
                log.warning("deadlock_gave_way work=%s try=%s", work.__name__, tries)
            time.sleep(PAUSE * 2**tries * random.uniform(0.5, 1.5))  # noqa: S311  (no secret)
        return work(*args, **kwargs)

    return tried


def _state(fault: OperationalError) -> str:
    """PostgreSQL's five characters for what happened; empty elsewhere."""
    return str(getattr(fault.__cause__, "sqlstate", "") or "")
