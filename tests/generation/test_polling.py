"""Looks at tasks that run: written many at a time, and never over what a callback has said."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generation import clock, durations, kept_looks, polling
from generation.kept_looks import Look
from generation.models import Attempt, Event, Job, LedgerLine, ReceivedCallback
from providers.errors import Unavailable
from providers.types import Progress, TaskState

pytestmark = pytest.mark.django_db
RUNNING = Progress(state=TaskState.PROCESSING, percent=40)


class Vendor:
    """Answers every question alike, after `meanwhile` has happened."""

    def __init__(self, answer, meanwhile=lambda: None) -> None:
        self.answer, self.meanwhile, self.asked = answer, meanwhile, 0

    def ask_all(self, questions):
        questions = list(questions)
        self.asked += len(questions)
        self.meanwhile()
        return [self.answer] * len(questions)


@pytest.fixture
def under_way(shop, access, settings):
    """Makes attempts that a vendor has accepted and that are due for a look."""
    from generation import batches
    from generation.asks import JobAsk
    from providers.types import Tier

    settings.RING_THE_BELL = False

    def make(count: int) -> list[Attempt]:
        asks = [JobAsk(prompt=f"A lake {n}", tier=Tier.DRAFT) for n in range(count)]
        batches.create(access, asks, use_cost_optimization=False)
        moment = clock.now()
        Attempt.objects.update(
            state="accepted",
            submit_started_at=moment,
            accepted_at=moment - timedelta(seconds=2),
            next_check_at=moment,
        )
        for attempt in Attempt.objects.all():
            Attempt.objects.filter(pk=attempt.pk).update(task_id=f"task-{attempt.pk}")
        return list(Attempt.objects.order_by("pk"))

    return make


def test_a_look_keeps_state_and_progress_and_says_when_to_look_next(under_way):
    [attempt] = under_way(1)
    before = clock.now()
    assert polling.poll_due(Vendor(RUNNING)) == 1
    attempt.refresh_from_db()
    assert (attempt.state, attempt.vendor_state, attempt.percent) == ("accepted", "processing", 40)
    assert attempt.job.progress == 40
    assert attempt.next_check_at >= before + timedelta(seconds=durations.least_gap(attempt))


def test_progress_never_goes_back_and_never_says_done(under_way):
    [attempt] = under_way(1)
    for told, kept in ((40, 40), (30, 40), (None, 40), (100, 99)):
        Attempt.objects.update(next_check_at=clock.now())
        polling.poll_due(Vendor(Progress(state=TaskState.PROCESSING, percent=told)))
        attempt.refresh_from_db()
        assert (attempt.percent, Job.objects.get().progress) == (kept, kept)


def test_the_statements_do_not_grow_with_the_looks(under_way):
    def statements() -> int:
        Attempt.objects.update(next_check_at=clock.now(), percent=None)
        Job.objects.update(progress=0)
        with CaptureQueriesContext(connection) as asked:
            polling.poll_due(Vendor(RUNNING))
        return sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE")) for query in asked)

    under_way(1)
    polling.poll_due(Vendor(RUNNING))  # the durations of the past are read once
    few = statements()
    under_way(20)
    assert statements() == few


def test_what_a_dead_worker_left_untold_is_told_by_the_next_look(under_way):
    """It had kept the look and not yet shown on the job how far the clip is."""
    [attempt] = under_way(1)
    Attempt.objects.update(percent=40)
    polling.poll_due(Vendor(RUNNING))
    assert Job.objects.get(pk=attempt.job_id).progress == 40


def test_a_callback_during_the_look_makes_the_next_one_now(under_way):
    [attempt] = under_way(1)
    called = clock.now() - timedelta(seconds=1)
    vendor = Vendor(RUNNING, lambda: Attempt.objects.update(next_check_at=called))
    polling.poll_due(vendor)
    attempt.refresh_from_db()
    assert (attempt.next_check_at, attempt.percent) == (called, 40)


def test_a_callback_during_a_look_that_fails_makes_the_next_one_now(under_way):
    [attempt] = under_way(1)
    called = clock.now() - timedelta(seconds=1)
    failing = Unavailable("busy")
    polling.poll_due(Vendor(failing, lambda: Attempt.objects.update(next_check_at=called)))
    attempt.refresh_from_db()
    assert (attempt.state, attempt.next_check_at, attempt.checks) == ("accepted", called, 0)


def test_a_look_that_fails_proves_nothing(under_way):
    [attempt] = under_way(1)
    lines = LedgerLine.objects.count()
    polling.poll_due(Vendor(Unavailable("busy")))
    attempt.refresh_from_db()
    assert (attempt.state, attempt.checks, LedgerLine.objects.count()) == ("accepted", 1, lines)
    assert attempt.next_check_at > clock.now()


def test_a_late_look_writes_nothing_on_what_has_ended(under_way):
    [attempt] = under_way(1)
    Attempt.objects.update(state="failed", ended_at=timezone.now())
    look = Look(attempt=attempt, seen=RUNNING, next_look=clock.after(9))
    kept_looks.keep([look])
    before = attempt.next_check_at
    attempt.refresh_from_db()
    assert (attempt.percent, attempt.vendor_state, attempt.next_check_at) == (None, "", before)


def test_nothing_due_asks_one_question_and_takes_no_lock(under_way):
    under_way(1)
    Attempt.objects.update(next_check_at=clock.after(60))
    vendor, events = Vendor(RUNNING), Event.objects.count()
    with CaptureQueriesContext(connection) as asked:
        assert polling.poll_due(vendor) == 0
    assert (len(asked), vendor.asked, Event.objects.count()) == (1, 0, events)


def test_only_those_that_a_callback_named_are_asked_as_such(under_way, monkeypatch):
    first, second = under_way(2)
    ReceivedCallback.objects.create(account=first.account, attempt=first, event_id="e")
    seen = {}

    def noting(attempt, *, called_back):
        seen[attempt.pk] = called_back

    monkeypatch.setattr(polling, "task_of", noting)
    monkeypatch.setattr(
        polling, "adapter_of", lambda attempt: type("A", (), {"poll": lambda self, task: None})()
    )
    polling.poll_due(Vendor(RUNNING))
    assert seen == {first.pk: True, second.pk: False}
