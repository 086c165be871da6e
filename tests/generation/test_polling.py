"""Looks at tasks that run: written many at a time, and never over what a callback has said."""

import math
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generation import answers, clock, driver, durations, kept_looks, polling, scribe
from generation.kept_looks import Look
from generation.models import Attempt, Event, Job, LedgerLine, ReceivedCallback
from generation.wake import Ear
from providers.errors import Unavailable
from providers.many import ManyTransport
from providers.types import Call, Progress, TaskState
from tests.generation.answers_at_once import AnswersAtOnce
from tests.providers.bad_server import BadServer, answer, saying

pytestmark = pytest.mark.django_db
RUNNING = Progress(state=TaskState.PROCESSING, percent=40)


class Vendor(AnswersAtOnce):
    """Answers every question alike, after `meanwhile` has happened."""

    def __init__(self, answer, meanwhile=lambda: None) -> None:
        super().__init__()
        self.answer, self.meanwhile, self.asked = answer, meanwhile, 0

    def ask_all(self, questions):
        questions = list(questions)
        self.asked += len(questions)
        self.meanwhile()
        return [self.answer] * len(questions)


class Later:
    """An executor that does its work when it is told to."""

    def __init__(self) -> None:
        self.left = []

    def submit(self, alone, work):
        self.left.append(work)  # in the test's own transaction, not in a thread of its own

    def do(self) -> None:
        for work in self.left:
            work()


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


def test_a_look_that_is_kept_late_changes_nothing_that_a_later_one_has_told(under_way):
    """Its claim is over: another look has come between, and somebody may have begun to cancel."""
    [attempt] = under_way(1)
    look = Look(attempt=attempt, seen=RUNNING, next_look=clock.after(9))
    later = clock.after(5)
    Attempt.objects.update(next_check_at=later, vendor_state="queued", percent=60)
    kept_looks.keep([look])
    attempt.refresh_from_db()
    kept = (attempt.next_check_at, attempt.vendor_state, attempt.percent)
    assert kept == (later, "queued", 60)


def test_much_is_written_beside_and_little_at_once(under_way, monkeypatch):
    monkeypatch.setattr(scribe, "MANY", 2)
    under_way(1)
    percents = Attempt.objects.order_by("pk").values_list("percent", flat=True)
    beside = Later()
    with scribe.writing_beside(beside):
        polling.poll_due(Vendor(RUNNING))
        assert (list(percents.all()), beside.left) == ([40], [])
        under_way(2)
        polling.poll_due(Vendor(RUNNING))
        assert list(percents.all()) == [40, None, None]
        assert polling.poll_due(Vendor(RUNNING)) == 0  # they are claimed
        beside.do()
    assert list(percents.all()) == [40, 40, 40]


def test_what_is_to_be_cancelled_is_never_left_for_later(under_way, monkeypatch):
    monkeypatch.setattr(scribe, "MANY", 0)
    [attempt] = under_way(1)
    Job.objects.update(cancel_requested_at=clock.now())
    asked: list[str] = []
    monkeypatch.setattr(
        polling, "_ask_to_cancel", lambda it, many: asked.append(Attempt.objects.get().vendor_state)
    )
    with scribe.writing_beside(Later()):
        polling.poll_due(Vendor(RUNNING))
    attempt.refresh_from_db()
    assert (asked, attempt.percent) == (["processing"], 40)


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


class Asked:
    """An adapter whose looks go to one server and find the task ended."""

    def __init__(self, server: BadServer) -> None:
        self.url = server.url()

    def poll(self, task):
        yield Call(method="GET", url=self.url)
        return Progress(state=TaskState.SUCCEEDED, output_url="https://clips.test/1.mp4")


@pytest.fixture
def silent():
    """A vendor that answers when `done` is set, and no sooner."""
    server = BadServer(lambda link: server.done.wait(30) and link.sendall(answer("200 OK")))
    yield server
    server.close()


@pytest.fixture
def ready():
    server = BadServer(saying(answer("200 OK")))
    yield server
    server.close()


def test_a_vendor_that_does_not_answer_keeps_no_clip_of_another_waiting(
    under_way, monkeypatch, silent, ready
):
    first, second = under_way(2)
    servers = {first.pk: silent, second.pk: ready}
    monkeypatch.setattr(polling, "adapter_of", lambda attempt: Asked(servers[attempt.pk]))
    states = Attempt.objects.order_by("pk").values_list("state", flat=True)
    with ManyTransport() as many:
        assert polling.poll_due(many) == 2
        while states.get(pk=second.pk) != "succeeded":
            answers.attend(many, seconds=0.1)
        assert list(states.all()) == ["accepted", "succeeded"]
        assert [about for _, about in many.waiting] == [first]
        assert polling.poll_due(many) == 0  # it is claimed, and asked once
        silent.done.set()
        answers.attend(many, seconds=30)
    assert list(states.all()) == ["succeeded", "succeeded"]
    assert (len(silent.requests), len(ready.requests)) == (1, 1)


def test_an_account_with_many_open_questions_is_asked_no_more(under_way, monkeypatch, silent):
    monkeypatch.setattr(answers, "MOST_OPEN", 2)
    monkeypatch.setattr(polling, "adapter_of", lambda attempt: Asked(silent))
    under_way(2)
    with ManyTransport() as many:
        assert polling.poll_due(many) == 2
        [third] = under_way(1)
        assert polling.poll_due(many) == 0
        silent.done.set()
        answers.attend(many, seconds=30)
        assert polling.poll_due(many) == 1
        answers.attend(many, seconds=30)
    assert Attempt.objects.get(pk=third.pk).state == "succeeded"


def test_what_is_answered_while_the_driver_pauses_is_kept_at_once(under_way, monkeypatch, ready):
    under_way(1)
    monkeypatch.setattr(polling, "adapter_of", lambda attempt: Asked(ready))
    monkeypatch.setattr(answers, "PATIENCE", 0.0)
    with ManyTransport() as many:
        polling.poll_due(many)
        monkeypatch.setattr(answers, "PATIENCE", 0.05)
        driver.look_when_called(many, Ear(), seconds=1.0)
    assert Attempt.objects.get().state == "succeeded"


def test_what_comes_due_in_a_pause_is_looked_at_by_its_time(under_way):
    [attempt] = under_way(1)
    due = clock.after(0.2)
    Attempt.objects.update(next_check_at=due)
    looked: list[float] = []
    vendor = Vendor(RUNNING, lambda: looked.append((clock.now() - due).total_seconds()))
    driver.look_when_called(vendor, Ear(), seconds=0.6)
    assert len(looked) == 1
    assert looked[0] >= 0
    attempt.refresh_from_db()
    assert attempt.percent == 40
    assert polling.seconds_to_next() > 0
    Attempt.objects.update(state="failed", ended_at=clock.now())
    assert polling.seconds_to_next() == math.inf
