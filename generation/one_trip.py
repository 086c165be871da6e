"""Writes that are sent to the database together; the answer of the last may be read.

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
            _execute([text], values)
            return
        self._texts.append(text)
        self._values += values

    def send(self) -> None:
        """Do all that was added, if there is any. May be used again afterwards."""
        texts, values = self._taken()
        if texts:
            _execute(texts, values)

    def ask(self, text: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Do all that was added, then this one, which sees it; the rows that this one gives."""
        texts, before = self._taken()
        return _execute([*texts, text], [*before, *values], read=True)

    def _taken(self) -> tuple[list[str], list[Any]]:
        texts, values = self._texts, self._values
        self._texts, self._values = [], []
        return texts, values


@inside
def _execute(
    texts: Sequence[str], values: Sequence[Any], *, read: bool = False
) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute("; ".join(texts), values)
        if not read:
            return []
        for _ in texts[1:]:
            cursor.nextset()
        return list(cursor.fetchall())
