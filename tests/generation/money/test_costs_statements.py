"""The costs page reads days that are not over once, for all of its parts."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.keys import make_key
from accounts.models import Workspace
from generation import centres
from generation.models import DaySum, Job, JobMark, JobSum
from generation.money import days_over
from generation.money.funnel import funnel
from generation.money.insight import DIMENSIONS, Scope, outcome, spend
from generation.money.replay import replay
from generation.money.report_span import Span, month_of
from generation.money.tiering import saved_by_tiering
from providers.types import Tier
from tests.generation.money.golden import Books, at_time

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 10, 16, 12, tzinfo=UTC)
DEARER = {Tier.DRAFT: ("kling", "pika")}


@pytest.fixture
def halfway(books: Books) -> Iterator[Books]:
    """Noon of the 16th: fifteen days are summed, the day itself is not over."""
    with at_time(NOON):
        days_over.sum_days_over()
        yield books


def statements(browser: Client, **query: str) -> int:
    """Once whatever is remembered of days that are over was asked for."""
    browser.get("/costs/", query)
    with CaptureQueriesContext(connection) as asked:
        assert browser.get("/costs/", query).status_code == 200
    return len(asked)


def figures(scope: Scope) -> list[object]:
    """The jobs first, as the page does."""
    return [
        funnel(scope),
        saved_by_tiering(scope),
        outcome(scope),
        [spend(scope, by=by) for by in DIMENSIONS],
        replay(scope, orders=DEARER),
    ]


def turned(scope: Scope) -> list[object]:
    """The same figures, the costs first."""
    dearer, rows = replay(scope, orders=DEARER), [spend(scope, by=by) for by in DIMENSIONS]
    total = outcome(scope)
    saved = saved_by_tiering(scope)
    return [funnel(scope), saved, total, rows, dearer]


def scopes(books: Books) -> Iterator[Scope]:
    """The month by and with one client, days of both kinds, and the running day alone."""
    zone = books.october.span.zone
    month = month_of(NOON.date(), zone=zone)
    days = Span(first=NOON.date().replace(day=10), last=NOON.date(), zone=zone)
    today = Span(first=NOON.date(), last=NOON.date(), zone=zone)
    for span in (month, days, today):
        for client in (None, *books.clients.values()):
            yield Scope(access=books.access, span=span, client=client)


@pytest.mark.parametrize("by", ["provider", "model", "tier", "client", "campaign"])
def test_the_page_takes_eleven_statements(halfway, browser, by):
    # Session, user and places; marks and how far is summed; jobs, picks, lines and centres; prices
    # and accounts.
    assert statements(browser, by=by) == 11


def test_persons_are_named_by_one_more(halfway, browser):
    workspace = Workspace.objects.get(pk=halfway.access.workspace_id)
    user = halfway.jobs["A2"].created_by
    key = make_key(workspace, mode=halfway.access.mode, name="Arm", created_by=user)[0]
    halfway.clip("K", "2026-10-16T09:00", halfway.campaigns["Autumn"], "draft", "pika", key=key.pk)
    days_over.sum_days_over()  # leaves no marks
    assert statements(browser, by="person") == 12
    names = [
        row.name for row in spend(Scope(access=halfway.access, span=_today(halfway)), by="person")
    ]
    assert names == ["ann", "API key Arm"]


def test_a_client_is_found_by_one_more_and_a_replay_takes_two(halfway, browser):
    assert statements(browser, client=halfway.clients["Acme"].uid) == 12
    assert statements(browser, draft="kling, pika") == 13


def test_days_that_are_over_take_nine(halfway, browser):
    assert statements(browser, first="2026-10-01", last="2026-10-10") == 9


def test_jobs_that_changed_take_two_more(halfway, browser):
    """One for the days on which they changed, one for the jobs of those days."""
    Job.objects.filter(pk=halfway.jobs["A2"].pk).update(state="failed", error_class="moderation")
    assert JobMark.objects.exists()
    assert statements(browser) == 13


def test_more_clips_and_campaigns_take_no_more(halfway, browser):
    before = statements(browser, by="campaign")
    for number in range(10):
        halfway.clip(
            f"more-{number}", "2026-10-16T09:00", halfway.campaigns["Winter"], "draft", "pika"
        )
    days_over.sum_days_over()  # leaves no marks
    assert statements(browser, by="campaign") == before


def test_figures_are_the_same_whichever_part_asks_first(halfway):
    halfway.clip("M", "2026-10-16T08:00", halfway.campaigns["Launch"], "draft", "pika")
    halfway.clip(
        *("N", "2026-10-16T09:00", halfway.campaigns["Winter"], "standard", "kling"),
        job="failed",
        attempt="unknown",
    )
    told = [figures(scope) for scope in scopes(halfway)]
    assert [turned(scope) for scope in scopes(halfway)] == told
    for rows in (DaySum, JobSum):
        rows.objects.all().delete()
    days_over.DaysOver.objects.all().delete()
    assert [figures(scope) for scope in scopes(halfway)] == told  # out of the lines alone


def test_who_asks_before_midnight_and_gets_the_clip_after_it_counts_on_both_days(halfway):
    autumn = halfway.campaigns["Autumn"]
    halfway.clip("P", "2026-10-15T21:59", autumn, "draft", "pika")  # a minute before, in Berlin
    halfway.clip("M", "2026-10-16T08:00", autumn, "draft", "pika")
    for summed in (False, True):  # the day before is counted anew, and summed anew
        if summed:
            days_over.sum_days_over()
        jobs_first, costs_first = (
            Scope(access=halfway.access, span=_today(halfway)) for _ in range(2)
        )
        assert funnel(jobs_first).steps[0].jobs == 2  # A3 and M
        assert saved_by_tiering(jobs_first).compared == 3
        assert outcome(jobs_first).delivered_clips == 3
        assert outcome(costs_first).delivered_clips == 3


def test_what_happens_between_two_looks_is_told_by_the_second(halfway, browser):
    def shown() -> int:
        return browser.get("/costs/").context["total"].spent_micros

    before = shown()
    job = halfway.clip("Z", "2026-10-16T10:00", halfway.campaigns["Launch"], "draft", "pika")
    assert shown() == before + job.cost_micros


def test_another_zone_is_that_of_the_next_look(halfway, browser):
    Workspace.objects.filter(pk=halfway.access.workspace_id).update(time_zone="Asia/Kathmandu")
    assert "Asia/Kathmandu" in browser.get("/costs/").content.decode()


def test_a_client_that_sums_name_and_nobody_knew_yet_is_read(halfway):
    places = Scope(access=halfway.access, span=_today(halfway)).places
    known = len(places.clients)
    come = centres.open_client(halfway.access, name="Zephyr")
    assert places.centre(come.pk).name == "Zephyr"
    assert len(places.clients) == known + 1


def _today(books: Books) -> Span:
    return Span(first=NOON.date(), last=NOON.date(), zone=books.october.span.zone)
