"""Days that are over give the same figures as their lines, whatever the zone and wherever cut."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import transaction

from accounts.models import Workspace
from generation.models import Attempt, DaysOver, DaySum, Job, JobMark, JobSum
from generation.money import days_over, ledger
from generation.money.funnel import funnel
from generation.money.insight import DIMENSIONS, Scope, outcome, spend
from generation.money.replay import replay
from generation.money.report_span import Span
from generation.money.statement_work import ClientWork
from generation.money.tiering import saved_by_tiering
from providers.types import Tier
from tests.generation.money.golden import AFTERWARDS, OCTOBER, Books, at_time, golden_month

pytestmark = pytest.mark.django_db
TOTAL = 4_660_000


@pytest.fixture
def books(access, shop) -> Books:
    return golden_month(access)


def later(books: Books, name: str, at: str, micros: int) -> None:
    """A correction of a job on a day of its own."""
    job = books.jobs[name]
    attempt = job.attempts.latest("seq")
    when = datetime.fromisoformat(at).replace(tzinfo=UTC)
    with at_time(when), transaction.atomic():
        ledger.adjust(
            attempt,
            job,
            micros=micros,
            statement_line=f"{name} {at}",
            task_id=f"task-{attempt.client_ref}",
            reason="the bill says so",
        )


def scopes(books: Books) -> list[Scope]:
    """The month, its first days, its middle and one client's part of it."""
    whole = books.october
    zone = whole.span.zone
    spans = [
        Span(first=date(2026, 10, 1), last=date(2026, 10, 9), zone=zone),
        Span(first=date(2026, 10, 11), last=date(2026, 10, 27), zone=zone),
    ]
    cut = [Scope(access=whole.access, span=span) for span in spans]
    return [whole, *cut, Scope(access=whole.access, span=whole.span, client=books.clients["Acme"])]


DEARER = {Tier.DRAFT: ("kling", "pika"), Tier.STANDARD: ("kling", "runway")}


def figures(books: Books) -> list[object]:
    return [
        (
            outcome(scope),
            [spend(scope, by=by) for by in DIMENSIONS],
            funnel(scope),
            saved_by_tiering(scope),
            replay(scope, orders=DEARER),
        )
        for scope in scopes(books)
    ]


def sum_at(moment: datetime) -> int:
    with at_time(moment):
        return days_over.sum_days_over()


def test_summed_days_say_what_the_lines_say(books):
    later(books, "A2", "2026-10-12T09:00", -1_000)
    later(books, "A2", "2026-10-12T10:00", 400)
    later(books, "B1", "2026-10-26T09:00", 2_000)
    before = figures(books)
    assert sum_at(datetime(2026, 10, 15, 12, tzinfo=UTC)) > 0
    assert {over.through for over in DaysOver.objects.all()} == {date(2026, 10, 14)}
    assert figures(books) == before  # half summed, half not
    assert sum_at(AFTERWARDS) > 0
    assert figures(books) == before
    assert list(days_over.differences()) == []
    assert sum_at(AFTERWARDS) == 0


def test_a_job_counts_once_in_a_span_and_on_each_of_its_days(books):
    later(books, "A2", "2026-10-12T09:00", -1_000)
    sum_at(AFTERWARDS)
    runway = {row.key: row.jobs for row in spend(books.october, by="provider")}["runway"]
    assert runway == 3  # A2, A4 and B2
    days = {row.key: (row.micros, row.jobs) for row in spend(books.october, by="day")}
    assert days["2026-10-10"] == (500_000, 1)
    assert days["2026-10-12"] == (999_000, 2)
    zone = books.october.span.zone
    after = Span(first=date(2026, 10, 11), last=date(2026, 10, 13), zone=zone)
    [row] = [
        row
        for row in spend(Scope(access=books.access, span=after), by="provider")
        if row.key == "runway"
    ]
    assert (row.micros, row.jobs) == (-1_000, 1)


def test_a_day_is_summed_an_hour_after_its_midnight_in_the_zone(books):
    # Midnight of the 11th in Berlin is 22:00 UTC.
    sum_at(datetime(2026, 10, 10, 22, 59, tzinfo=UTC))
    assert DaysOver.objects.get(workspace=books.access.workspace_id, mode="test").through == date(
        2026, 10, 9
    )
    sum_at(datetime(2026, 10, 10, 23, 0, tzinfo=UTC))
    assert DaysOver.objects.get(workspace=books.access.workspace_id, mode="test").through == date(
        2026, 10, 10
    )


def test_another_zone_makes_the_sums_worthless_until_they_are_made_anew(books):
    sum_at(AFTERWARDS)
    Workspace.objects.filter(pk=books.access.workspace_id).update(time_zone="Asia/Kathmandu")
    plain = figures(books)
    assert sum_at(AFTERWARDS) > 0
    assert DaysOver.objects.get(workspace=books.access.workspace_id, mode="test").zone == (
        "Asia/Kathmandu"
    )
    assert figures(books) == plain
    assert list(days_over.differences()) == []


def test_live_and_strangers_are_apart(books):
    sum_at(AFTERWARDS)
    live = type(books.access)(**{**vars(books.access), "mode": "live"})
    assert outcome(Scope(access=live, span=books.october.span)).spent_micros == 9_990_000
    assert outcome(books.october).spent_micros == TOTAL
    assert DaySum.objects.within(live).filter(client=0, dimension="day").count() == 1


def test_a_wrong_sum_is_found_and_made_anew(books, capsys):
    with at_time(AFTERWARDS):
        days_over.sum_days_over()
        row = DaySum.objects.filter(dimension="tier", key="master", client=0).get()
        DaySum.objects.filter(pk=row.pk).update(micros=row.micros + 1)
        assert list(days_over.differences()) == [
            f"2026-10-05 tier “master” of workspace {books.access.workspace_id}"
        ]
        with pytest.raises(SystemExit):
            call_command("check_rollups")
        assert "tier “master”" in capsys.readouterr().err
        call_command("rebuild_rollups")
        call_command("check_rollups")
        assert {spent.key: spent.micros for spent in spend(books.october, by="tier")}[
            "master"
        ] == 2_000_000


def test_jobs_that_change_afterwards_are_counted_as_they_are_now(books):
    """Nothing is stale for a moment: neither before their days are summed anew, nor after."""
    with at_time(AFTERWARDS):
        days_over.sum_days_over()
        assert not JobMark.objects.exists()
        later(books, "A2", "2026-11-23T09:00", -1_000)  # what it cost changes
        Attempt.objects.filter(job=books.jobs["A4"]).update(state="unknown")
        late = Job.objects.get(pk=books.jobs["B3"].pk)  # its clip turns up
        late.state, late.error_class, late.ended_at = "completed", "", AFTERWARDS
        late.save()
        late.attempts.update(state="succeeded")
        Job.objects.filter(pk=books.jobs["W1"].pk).update(state="failed", error_class="moderation")
        assert {mark.job_id for mark in JobMark.objects.all()} == {
            books.jobs[name].pk for name in ("A2", "A4", "B3", "W1")
        }
        marked = figures(books)
        assert list(days_over.differences()) == []
        assert days_over.sum_days_over() > 0
        assert not JobMark.objects.exists()
        assert figures(books) == marked
        days_over.sum_anew()
        assert figures(books) == marked
        JobSum.objects.all().delete()
        DaysOver.objects.all().delete()
        assert figures(books) == marked
    fates = {step.name: step.jobs for step in funnel(books.october).fates}
    assert (fates["refused"], fates["unknown"], fates["delivered"]) == (1, 1, 8)


def test_what_is_summed_twice_over_is_found(books):
    with at_time(AFTERWARDS):
        days_over.sum_days_over()
        row = JobSum.objects.filter(kind="asked", client=0).earliest("day")
        JobSum.objects.filter(pk=row.pk).update(jobs=row.jobs + 1)
        [said] = days_over.differences()
    assert said.startswith("2026-10-01 jobs asked ")


def test_statements_read_the_same(books):
    """With costs that were adjusted within the month, after it, and by more than they were."""
    later(books, "A2", "2026-10-12T09:00", -1_000)
    later(books, "A5", "2026-11-03T09:00", -700)
    later(books, "A4", "2026-11-04T09:00", -books.jobs["A4"].cost_micros)
    months = [date(2026, 9, 1), OCTOBER, date(2026, 11, 1)]
    asked = [(client, month) for client in books.clients.values() for month in months]
    with at_time(AFTERWARDS):
        plain = [ClientWork(client).parts(month) for client, month in asked]
        days_over.sum_days_over()
        assert [ClientWork(client).parts(month) for client, month in asked] == plain
        for client in books.clients.values():
            work = ClientWork(client)
            work.read(first=months[0], last=months[-1])
            at_once = [work.parts(month) for month in months]
            assert at_once == [ClientWork(client).parts(month) for month in months]
    acme = books.clients["Acme"]
    [first, second] = ClientWork(acme).parts(OCTOBER)
    told = {work.name: work.cost_micros for part in (first, second) for work in part.works}
    assert told["Winter"] > 0
    # November has its own clip alone, and not what was adjusted in it.
    [november] = ClientWork(acme).parts(date(2026, 11, 1))
    assert [(work.name, work.cost_micros) for work in november.works] == [("Winter", 100_000)]


@pytest.mark.parametrize("summed", ["2026-10-05", "2026-10-21", "2026-11-03"])
def test_months_read_together_are_the_same_wherever_the_sums_end(books, summed):
    """Early and late in a month of two cards, and after it; the rest comes from the lines."""
    months = [date(2026, 9, 1), OCTOBER, date(2026, 11, 1)]
    later(books, "A5", "2026-11-03T09:00", -700)
    plain = {client: [client.parts(m) for m in months] for client in works(books)}
    assert sum_at(datetime.fromisoformat(f"{summed}T12:00+00:00"))
    for client, parts in plain.items():
        together = ClientWork(client.client)
        together.read(first=months[0], last=months[-1])
        assert [together.parts(month) for month in months] == parts


def works(books) -> list[ClientWork]:
    return [ClientWork(client) for client in books.clients.values()]


def test_queries_do_not_grow(books, django_assert_num_queries):
    sum_at(AFTERWARDS)
    scope = books.october
    with django_assert_num_queries(2):
        spend(scope, by="provider")
    with django_assert_num_queries(2):
        spend(scope, by="campaign")
    # The days, and what was picked of them.
    with django_assert_num_queries(2):
        outcome(scope)


def test_nothing_is_summed_where_nothing_is_over(access, shop):
    assert days_over.sum_days_over() == 0
    today = datetime.now(UTC).date()
    assert not DaysOver.objects.filter(through__gte=today).exists()
    assert timedelta(hours=1) == days_over.QUIET
