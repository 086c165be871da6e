"""Looking through all of the books, however many there are."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def as_long_as_it_takes() -> Iterator[None]:
    """For checks that read every line: a page's limit of 30 s would end them at some millions."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '30min'")
        try:
            yield
        finally:
            cursor.execute("RESET statement_timeout")
