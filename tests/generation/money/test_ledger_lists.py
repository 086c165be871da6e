"""A page of the ledger's lines begins near its days, and leaves none of them out."""

from datetime import UTC, datetime

import pytest
import time_machine

from generation.money.ledger_lists import AT_ONCE, newest_first
from generation.money.reports_ledger import LineFilter, month_bounds
from tests.generation.money.budgets_by_hand import draft

pytestmark = pytest.mark.django_db

SEPTEMBER, OCTOBER, NOVEMBER, DECEMBER = (
    month_bounds(datetime(2026, month, 1, tzinfo=UTC).date()) for month in (9, 10, 11, 12)
)


@pytest.fixture
def held(shop, access, settings):
    """Holds a draft at that moment; returns its line's id."""
    settings.RING_THE_BELL = False

    def at(*moment: int) -> int:
        with time_machine.travel(datetime(*moment, tzinfo=UTC), tick=False):
            return draft(access).ledger_lines.get().pk

    return at


def listed(access, bounds) -> list[int]:
    chosen = LineFilter(after=bounds[0], before=bounds[1])
    return list(newest_first(access, chosen).values_list("pk", flat=True))


def test_a_line_that_is_written_before_an_older_one_stands_in_its_own_month(access, held):
    """Two writers at midnight: the one with the later moment got the lower id."""
    early = held(2026, 10, 3, 12)
    november = held(2026, 11, 1, 0, 0, 0)
    october = held(2026, 10, 31, 23, 59, 59)
    late = held(2026, 11, 9, 12)
    assert early < november < october < late
    assert listed(access, OCTOBER) == [october, early]
    assert listed(access, NOVEMBER) == [late, november]
    assert listed(access, SEPTEMBER) == listed(access, DECEMBER) == []
    assert listed(access, (None, None)) == [late, october, november, early]


def test_what_is_newer_than_the_month_is_not_walked_past(access, held):
    held(2026, 10, 3, 12)
    held(2026, 11, 9, 12)
    chosen = LineFilter(after=OCTOBER[0], before=OCTOBER[1])
    asked = str(newest_first(access, chosen).query)
    [first] = listed(access, OCTOBER)
    assert f'"generation_ledgerline"."id" <= {first + AT_ONCE}' in asked
    assert f'"generation_ledgerline"."id" >= {first - AT_ONCE}' in asked
