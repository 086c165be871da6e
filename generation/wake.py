"""Being woken when another process has made something due; a call that is lost costs one tick.

On PostgreSQL the calling transaction's commit notifies whoever listens. On SQLite every commit of
another connection shows in a number that is read for next to nothing.
"""

import time

from django.db import connection

from generation.one_trip import OneTrip
from generation.waypoints import inside

CHANNEL = "generation_due"
SQLITE_GLANCE = 0.005


@inside
def call(trip: OneTrip) -> None:
    """When the transaction of `trip` commits, whoever waits is woken."""
    if connection.vendor == "postgresql":
        trip.add(f"NOTIFY {CHANNEL}", [])


class Ear:
    """For one thread, and its database connection."""

    def __init__(self) -> None:
        self._listening: object = None
        self._version = 0

    def wait(self, seconds: float) -> bool:
        """Until woken or `seconds` are over; whether woken. What happened between two waits wakes
        the second one."""
        if connection.vendor == "postgresql":
            return self._listen(seconds)
        ends = time.monotonic() + seconds
        while not self._changed():
            left = ends - time.monotonic()
            if left <= 0:
                return False
            time.sleep(min(left, SQLITE_GLANCE))
        return True

    def _listen(self, seconds: float) -> bool:
        with connection.cursor() as cursor:
            if self._listening is not connection.connection:
                cursor.execute(f"LISTEN {CHANNEL}")
                self._listening = connection.connection
        with connection.wrap_database_errors:
            news = list(connection.connection.notifies(timeout=seconds, stop_after=1))
        return bool(news)

    def _changed(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA data_version")
            before, [self._version] = self._version, cursor.fetchone()
        return self._version != before
