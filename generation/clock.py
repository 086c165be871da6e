"""The time that leases and due times are measured in.

On PostgreSQL several machines may work on one database, so the database's clock counts: its
offset from ours is measured once in a while. On SQLite there is one machine, and its own
clock is the database's.
"""

import time
from datetime import UTC, datetime, timedelta

from django.db import connection

MEASURE_EVERY = 30.0

_offset = timedelta()
_measured_at = float("-inf")
_shift = timedelta()


def now() -> datetime:
    """The database's time, UTC."""
    global _offset, _measured_at
    if connection.vendor == "postgresql" and time.monotonic() - _measured_at > MEASURE_EVERY:
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            _offset = cursor.fetchone()[0] - datetime.now(UTC)
        _measured_at = time.monotonic()
    return datetime.now(UTC) + _offset + _shift


def after(seconds: float) -> datetime:
    return now() + timedelta(seconds=seconds)


def boot_seconds() -> float:
    """Seconds that go on while the machine sleeps, unlike time.monotonic's on Linux."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.clock_gettime(clock) if clock is not None else time.monotonic()


def shift(seconds: float) -> None:
    """Move this process's idea of now; for rehearsals of deadlines in tests only."""
    global _shift
    _shift = timedelta(seconds=seconds)
