"""The ledger's sums by month say what its lines say, whatever is asked and wherever they end."""

from datetime import UTC, date, datetime

import pytest
from django.core.management import call_command

from accounts.models import Mode
from generation.models import LedgerSum, LedgerSummed
from generation.money import ledger_months
from generation.money.reports_ledger import LineFilter, LineSums, lines_of, sums_of
from tests.generation.money.golden import AFTERWARDS, Books, at_time, golden_month

pytestmark = pytest.mark.django_db
MIDDLE = datetime(2026, 10, 15, 12, tzinfo=UTC)
FILTERS = [
    LineFilter(),
    LineFilter(provider="pika"),
    LineFilter(provider="runway", tier="standard"),
    LineFilter(model="none-such"),
    LineFilter(centre="Acme"),
    LineFilter(centre="Winter", provider="sora"),
    LineFilter(centre="Batch of 1"),
    LineFilter(centre="nobody's"),
    LineFilter(api_key="Robot"),
    LineFilter(api_key="Robot", centre="Acme", tier="draft"),
    LineFilter(api_key="Robot", centre="Bolt"),
    LineFilter(person="ann"),
    LineFilter(person="nobody"),
    LineFilter(kind="settle", provider="pika"),
    LineFilter(after=datetime(2026, 10, 1, tzinfo=UTC), before=datetime(2026, 11, 1, tzinfo=UTC)),
    LineFilter(after=datetime(2026, 10, 12, tzinfo=UTC), tier="draft"),
    LineFilter(before=datetime(2026, 10, 1, tzinfo=UTC)),
    LineFilter(after=datetime(2026, 11, 1, tzinfo=UTC), api_key="Robot"),
]


@pytest.fixture
def books(access, shop) -> Books:
    return golden_month(access)


def by_lines(books: Books, chosen: LineFilter) -> LineSums:
    lines = list(lines_of(books.access, chosen))
    return LineSums(
        held=sum(line.held_delta for line in lines),
        spent=sum(line.spent_delta for line in lines),
        lines=len(lines),
    )


def test_all_filters_with_some_days_summed_or_all(books):
    plain = [by_lines(books, chosen) for chosen in FILTERS]
    assert plain[0].spent == 4_760_000 and plain[8].lines == 2
    assert [sums_of(books.access, chosen) for chosen in FILTERS] == plain
    for moment in (MIDDLE, AFTERWARDS):
        with at_time(moment):
            assert ledger_months.add_days_over() > 0
            assert ledger_months.add_days_over() == 0
        assert [sums_of(books.access, chosen) for chosen in FILTERS] == plain
        assert [by_lines(books, chosen) for chosen in FILTERS] == plain
    assert list(ledger_months.differences()) == []
    through = LedgerSummed.objects.get(workspace=books.access.workspace_id, mode="test").through
    assert through == date(2026, 11, 22)


def test_live_and_strangers_are_apart(books):
    with at_time(AFTERWARDS):
        ledger_months.add_days_over()
    live = type(books.access)(**{**vars(books.access), "mode": Mode.LIVE})
    assert sums_of(live, LineFilter()).spent == 9_990_000
    assert {row.spent_micros for row in LedgerSum.objects.within(live)} == {9_990_000}


def test_all_time_is_read_from_months(books, django_assert_num_queries):
    with at_time(AFTERWARDS):
        ledger_months.add_days_over()
    with django_assert_num_queries(4):  # up to when, the months, the same again, days since
        sums_of(books.access, LineFilter())
    LedgerSum.objects.filter(provider="sora").delete()
    assert sums_of(books.access, LineFilter(provider="sora")).lines == 0


def test_a_wrong_sum_is_found_and_made_anew(books, capsys):
    with at_time(AFTERWARDS):
        ledger_months.add_days_over()
        row = LedgerSum.objects.filter(provider="kling").earliest("pk")
        LedgerSum.objects.filter(pk=row.pk).update(spent_micros=row.spent_micros + 1)
        with pytest.raises(SystemExit):
            call_command("check_rollups")
        assert f"2026-10 kling {row.model}" in capsys.readouterr().err
        call_command("rebuild_rollups")
        call_command("check_rollups")
