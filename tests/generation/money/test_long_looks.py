"""Checks of all books are not ended by the limit that is meant for a page."""

import pytest
from django.core.management import call_command
from django.db import connection

from generation.money import checked
from generation.money.long_looks import as_long_as_it_takes

pytestmark = pytest.mark.django_db


def limit() -> str:
    if connection.vendor != "postgresql":
        return "none"
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        return str(cursor.fetchone()[0])


LONG = {"postgresql": "30min", "sqlite": "none"}


def test_it_ends_with_the_check_even_with_one_that_fails():
    before = limit()
    with as_long_as_it_takes():
        assert limit() == LONG[connection.vendor]
    assert limit() == before
    with pytest.raises(ZeroDivisionError), as_long_as_it_takes():
        _ = 1 / 0
    assert limit() == before


@pytest.mark.parametrize(
    ("module", "name", "check"),
    [
        ("generation.money.days_over", "differences", lambda: call_command("check_rollups")),
        (
            "generation.management.commands.check_money",
            "breaches",
            lambda: call_command("check_money"),
        ),
        ("generation.money.checked", "breaches", checked.check_books),
    ],
)
def test_every_check_of_all_books_takes_the_time_it_needs(monkeypatch, module, name, check):
    seen: list[str] = []

    def looking():
        seen.append(limit())
        return iter(())

    monkeypatch.setattr(f"{module}.{name}", looking)
    check()
    assert seen == [LONG[connection.vendor]]
