"""Deaths while somebody arranges the queue: done whole or not at all, and never done twice."""

from collections.abc import Callable

import pytest

from generation import arranging, clock, jobs, pausing, slots, submitting
from generation.asks import JobAsk, Refused
from generation.models import Attempt, Job, QueuePause
from generation.money.invariants import breaches
from tests.generation.crashes.stage import Crash
from tests.generation.crashes.test_other_points import batch_of_two, held, outlive, outlive_once


def dies_after(point: str, work: Callable[[], object]) -> None:
    """The worker dies right after the deed; who asks for it once more hears that it is done."""
    with pytest.raises(Crash):
        outlive_once(point, work)
    with pytest.raises(Refused):
        work()


@pytest.fixture
def job(access, shop, settings) -> Job:
    settings.RING_THE_BELL = False
    return jobs.create(access, JobAsk(prompt="A lake"))


def test_a_job_is_held_and_goes_on(access, job):
    price = held()
    dies_after("arranged", lambda: arranging.hold(access, job))
    job.refresh_from_db()
    assert job.held_at is not None
    assert not submitting.submit(job.attempts.get().pk)
    assert (job.attempts.get().state, held()) == ("planned", price)
    dies_after("arranged", lambda: arranging.resume(access, job))
    job.refresh_from_db()
    assert (job.held_at, job.events.filter(kind="job.held").count()) == (None, 1)


def test_a_job_is_changed_for_one_other(access, job):
    def change() -> Job:
        return arranging.replace(access, job, lambda: jobs.create(access, JobAsk(prompt="A sea")))

    dies_after("replaced", change)
    assert list(Job.objects.order_by("pk").values_list("prompt", "state")) == [
        ("A lake", "cancelled"),
        ("A sea", "queued"),
    ]
    assert held() == Attempt.objects.get(state="planned").max_micros
    assert [str(breach) for breach in breaches()] == []


def test_a_batch_is_held_and_goes_on(access, shop, settings):
    settings.RING_THE_BELL = False
    batch = batch_of_two(access)
    assert outlive("batch_held", lambda: pausing.hold_batch(access, batch), times=1) == 0
    assert pausing.held_of(batch) == 2
    assert outlive("batch_resumed", lambda: pausing.resume_batch(access, batch), times=1) == 0
    assert pausing.held_of(batch) == 0


def test_the_queue_is_paused_and_goes_on(access, job):
    dies_after("queue_paused", lambda: pausing.pause_queue(access, reason="Lunch"))
    assert QueuePause.objects.count() == 1
    dies_after("queue_resumed", lambda: pausing.resume_queue(access))
    assert QueuePause.objects.count() == 0


def test_who_comes_while_a_vendor_wants_quiet_comes_again_later(access, job):
    attempt = job.attempts.get()
    slots.keep_quiet(attempt, seconds=1.5, reason="Too many requests.")
    assert outlive("postponed", lambda: submitting.submit(attempt.pk), times=1) is False
    later = Attempt.objects.get(pk=attempt.pk)
    assert (later.state, later.next_check_at > attempt.next_check_at) == ("planned", True)


def test_what_was_planned_while_its_job_was_held_stands_aside(access, job):
    Job.objects.filter(pk=job.pk).update(held_at=clock.now(), held_by="ann")
    attempt = job.attempts.get()
    assert outlive("stood_aside", lambda: submitting.submit(attempt.pk)) is False
    before, attempt = attempt.lane, Attempt.objects.get(pk=attempt.pk)
    assert (attempt.state, attempt.lane != before) == ("planned", True)
    job.refresh_from_db()
    arranging.resume(access, job)
    assert Attempt.objects.get(pk=attempt.pk).lane == before
