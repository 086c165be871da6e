"""What sums of days that are over have said is remembered for as long as they say it."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from generation.models import DaysOver, DaySum, Job, JobSum
from generation.money import days_over, job_marks, summed_jobs
from generation.money.funnel import funnel
from generation.money.insight import DIMENSIONS, Scope, outcome, spend
from generation.money.replay import replay
from generation.money.tiering import saved_by_tiering
from providers.types import Tier
from tests.generation.money.golden import AFTERWARDS, Books, at_time, golden_month

pytestmark = pytest.mark.django_db
DEARER = {Tier.DRAFT: ("kling", "pika")}


@pytest.fixture
def books(access, shop) -> Books:
    made = golden_month(access)
    with at_time(AFTERWARDS):
        days_over.sum_days_over()
    return made


def told(books: Books, **more) -> list[object]:
    """Read anew, as the next request does."""
    scope = Scope(access=books.access, span=books.october.span, **more)
    return [funnel(scope), saved_by_tiering(scope), replay(scope, orders=DEARER)]


def sums_asked(books: Books, **more) -> int:
    with CaptureQueriesContext(connection) as asked:
        told(books, **more)
    return sum(JobSum._meta.db_table in query["sql"] for query in asked)


def fail(books: Books, name: str) -> None:
    """A job of a day that is summed turns out to have failed."""
    Job.objects.filter(pk=books.jobs[name].pk).update(state="failed", error="It broke.")


def delivered(books: Books) -> int:
    scope = Scope(access=books.access, span=books.october.span)
    return next(step.jobs for step in funnel(scope).steps if step.name == "delivered")


def test_the_same_question_is_asked_once(books):
    assert sums_asked(books) == 3
    assert sums_asked(books) == 0
    assert sums_asked(books, client=books.clients["Acme"]) == 3


def test_a_change_is_told_at_once_and_after_it_is_summed(books):
    before = delivered(books)
    name = next(name for name, job in books.jobs.items() if job.state == "completed")
    fail(books, name)
    assert delivered(books) == before - 1
    stamp = DaysOver.objects.within(books.access).get().stamp
    with at_time(AFTERWARDS):
        days_over.sum_days_over()
    assert DaysOver.objects.within(books.access).get().stamp != stamp
    assert delivered(books) == before - 1
    assert sums_asked(books) > 0
    assert sums_asked(books) == 0


def test_days_that_are_summed_anew_between_two_looks_are_right(books, monkeypatch):
    """The sums are made anew right after a report has seen which days had changed, and right
    before it looks: either way no figure of the old sums may come back from memory."""
    before = delivered(books)
    names = [name for name, job in books.jobs.items() if job.state == "completed"]

    def summed_after(*given, **more):
        found = job_marks.stale(*given, **more)
        with at_time(AFTERWARDS):
            days_over.sum_days_over()
        return found

    def summed_before(*given, **more):
        with at_time(AFTERWARDS):
            days_over.sum_days_over()
        return job_marks.stale(*given, **more)

    for number, meanwhile in enumerate((summed_after, summed_before), start=1):
        delivered(books)
        fail(books, names[number])
        with monkeypatch.context() as patches:
            patches.setattr(summed_jobs, "stale", meanwhile)
            assert delivered(books) == before - number
        assert delivered(books) == before - number


def test_days_are_asked_for_once_and_what_was_added_to_them_is_not_kept(books):
    """Half of the month is summed: its other days are added anew for each report."""
    days_over.sum_anew()
    with at_time(datetime(2026, 10, 15, 12, tzinfo=UTC)):
        DaysOver.objects.all().delete()
        DaySum.objects.all().delete()
        JobSum.objects.all().delete()
        days_over.sum_days_over()
    assert {over.through for over in DaysOver.objects.all()} == {date(2026, 10, 14)}

    def rows() -> list[object]:
        scope = Scope(access=books.access, span=books.october.span)
        return [outcome(scope), *(spend(scope, by=by) for by in DIMENSIONS)]

    first = rows()
    with CaptureQueriesContext(connection) as asked:
        assert rows() == first
        assert rows() == first
    assert not any(DaySum._meta.db_table in query["sql"] for query in asked)
