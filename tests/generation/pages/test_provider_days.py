"""How providers did day by day: summed once when a day is over, and told on their page."""

from datetime import UTC, date, datetime, timedelta

import pytest

from generation import clock, provider_days
from generation.models import Attempt, ProviderDay, TriesSummed
from generation.provider_days import DayRecord, add_days_over, days_of

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def at(monkeypatch):
    """Sets the clock; it stands at noon of 23 November to begin with."""

    def stand(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    stand(NOON)
    return stand


@pytest.fixture
def tried(ask, finish):
    """A try at Pika that was planned on a day of November and took so many seconds."""

    def make(day: int, seconds: int | None, *, hour: int = 9, **more) -> None:
        begun = datetime(2026, 11, day, hour, tzinfo=UTC)
        job = ask(f"clip on {day} of {seconds} at {hour}")
        if seconds is not None:
            finish(job)
        ended = begun + timedelta(seconds=seconds or 0)
        job.attempts.update(
            **{"created_at": begun, "submit_started_at": begun, "ended_at": ended, **more}
        )

    return make


def month(tried) -> None:
    for seconds in (10, 12, 90):
        tried(20, seconds)
    tried(20, None, state="rejected", failure_class="moderation")
    tried(22, 30, hour=23)
    tried(23, 8)


TWENTIETH = DayRecord(day=date(2026, 11, 20), tries=4, succeeded=3, refused=1, half=12, most=90)


def test_days_that_are_over_are_summed_once(at, tried, monkeypatch):
    month(tried)
    before = days_of("test", days=14)
    assert [(one.day.day, one.tries) for one in before["pika"]] == [(20, 4), (22, 1), (23, 1)]
    assert before["pika"][0] == TWENTIETH
    assert add_days_over() == 3  # the 20th, the 21st without a try, the 22nd
    assert list(ProviderDay.objects.values_list("provider", "day", "tries", "half", "most")) == [
        ("pika", date(2026, 11, 20), 4, 12, 90),
        ("pika", date(2026, 11, 22), 1, 30, 30),
    ]
    assert add_days_over() == 0
    assert days_of("test", days=14) == before
    # What is summed is not looked at again: the page of a million tries reads rows, not tries.
    Attempt.objects.filter(created_at__lt=datetime(2026, 11, 23, tzinfo=UTC)).update(state="failed")
    assert days_of("test", days=14) == before
    assert (days_of("live", days=14), days_of("test", days=1)) == (
        {},
        {"pika": before["pika"][2:]},
    )


def test_a_day_is_over_six_hours_after_it(at, tried):
    month(tried)
    at(datetime(2026, 11, 24, 5, 59, tzinfo=UTC))
    add_days_over()
    assert TriesSummed.objects.get().through == date(2026, 11, 22)
    at(datetime(2026, 11, 24, 6, tzinfo=UTC))
    assert add_days_over() == 1
    kept = TriesSummed.objects.get()
    assert (kept.through, kept.last_attempt) == (
        date(2026, 11, 23),
        Attempt.objects.latest("pk").pk,
    )


def test_an_old_history_is_summed_some_days_at_a_time(at, tried):
    tried(1, 10)
    assert [add_days_over() for _ in range(6)] == [5, 5, 5, 5, 2, 0]
    assert ProviderDay.objects.get().day == date(2026, 11, 1)


def test_without_a_try_there_is_nothing_to_sum(at, db):
    assert (add_days_over(), TriesSummed.objects.get().through) == (0, date(2026, 11, 22))
    assert days_of("test", days=14) == {}


def test_the_end_of_a_day_is_found_by_halving(at, tried, django_assert_max_num_queries):
    month(tried)
    ids = list(Attempt.objects.order_by("pk").values_list("pk", flat=True))
    with django_assert_max_num_queries(2 + ids[-1].bit_length()):
        assert provider_days._last_before(date(2026, 11, 22)) == ids[3]
    assert provider_days._last_before(date(2026, 11, 1)) == 0
    assert provider_days._last_before(date(2026, 12, 1)) == ids[-1]


def test_the_page_tells_fourteen_days_with_a_table(at, tried, browser):
    month(tried)
    add_days_over()
    said = browser.get("/providers/").content.decode()
    assert said.count('data-chart="days-pika"') == 2
    assert 'data-chart="days-kling"' not in said  # nothing was tried there
    table = said.split('id="days-pika"')[1].split("</table>")[0]
    assert table.count("<tr data-day") == 14
    assert table.count("Nothing was tried") == 11
    row = table.split('data-day="2026-11-20"')[1].split("</tr>")[0]
    for cell in (
        'data-value="12.0">12\u00a0s</td>',
        'data-value="90.0">90\u00a0s</td>',
        'data-value="75">75 %</td>',
        ">4</td>",
        ">1</td>",
    ):
        assert cell in row, cell
