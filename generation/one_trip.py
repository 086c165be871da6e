"""Writes that nobody reads an answer of, sent to the database together.

On PostgreSQL a small insert costs less than the way there and back, and its driver, which puts the
values into the text itself, may send several statements as one message: all of them are done, in
their order, or the first that fails undoes the transaction. SQLite is in our own process.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from generation.waypoints import inside


class OneTrip:
    """Statements of one transaction; `send` must be called before it ends."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._values: list[Any] = []

    def add(self, text: str, values: Sequence[Any]) -> None:
        """One statement without an answer. On SQLite it is done at once."""
        if connection.vendor != "postgresql":
            _execute(text, values)
            return
        self._texts.append(text)
        self._values += values

    def send(self) -> None:
        """Do all that was added, if there is any. May be used again afterwards."""
        texts, values = self._texts, self._values
        self._texts, self._values = [], []
        if texts:
            _execute("; ".join(texts), values)


@inside
def _execute(text: str, values: Sequence[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text, values)
