"""Cancelling at each stage: what is charged is booked, and nothing reopens."""

import pytest

from generation import clock, jobs
from generation.models import Attempt, LedgerLine
from providers.types import Tier
from tests.chaos.bill import true_up


def accepted() -> bool:
    return Attempt.objects.filter(state="accepted").exists()


def test_before_anything_is_sent_nothing_is_charged(engine):
    job = engine.ask("A lake")
    answer = jobs.request_cancel(job)
    assert (answer.done, answer.message) == (True, "Job cancelled")
    job.refresh_from_db()
    assert (job.state, job.cost_micros) == ("cancelled", 0)
    assert engine.sandbox.tasks() == []
    engine.assert_at_rest()


def test_twice_says_that_it_has_ended(engine):
    job = engine.ask("A lake")
    jobs.request_cancel(job)
    lines = LedgerLine.objects.count()
    with pytest.raises(jobs.Ended, match="cancelled already"):
        jobs.request_cancel(job)
    assert LedgerLine.objects.count() == lines


@pytest.mark.parametrize(("provider", "tier"), [("pika", "draft"), ("runway", "standard")])
def test_a_vendor_that_can_cancel_is_told(engine, provider, tier):
    job = engine.ask("A lake [[sandbox: slow=20]]", provider=provider, tier=Tier(tier))
    engine.drive(until=lambda: job.attempts.filter(vendor_state="processing").exists())
    answer = jobs.request_cancel(job)
    assert answer.done is False
    assert answer.message.startswith("Cancellation requested.")
    engine.drive()
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert engine.held() == 0
    assert engine.booked() == engine.invoiced()


@pytest.mark.parametrize(("provider", "tier"), [("kling", "draft"), ("sora", "master")])
def test_what_the_vendor_finishes_anyway_is_kept_unclaimed_and_charged(engine, provider, tier):
    job = engine.ask("A lake [[sandbox: slow=1]]", provider=provider, tier=Tier(tier))
    engine.drive(until=accepted)
    jobs.request_cancel(job)
    job.refresh_from_db()
    assert job.is_cancelling
    engine.drive()
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert job.cost_micros > 0
    assert list(job.assets.values_list("state", "unclaimed")) == [("stored", True)]
    engine.assert_at_rest()


@pytest.mark.parametrize("sent", [True, False], ids=["after it was told", "before"])
@pytest.mark.parametrize(
    ("provider", "tier"),
    [("pika", "draft"), ("kling", "draft"), ("runway", "standard"), ("sora", "master")],
)
def test_one_not_found_does_not_end_what_was_to_be_cancelled(engine, provider, tier, sent):
    """The vendor goes on with the clip, or charges for what it had begun: that is booked."""
    engine.sandbox.control("limits", {"pika": {"cancel-running": 0}})
    job = engine.ask("A lake [[sandbox: slow=8]]", provider=provider, tier=Tier(tier))
    engine.drive(until=lambda: job.attempts.filter(vendor_state="processing").exists())
    if sent:
        jobs.request_cancel(job)
        engine.drive(until=lambda: not job.attempts.filter(cancel_sent_at=None).exists())
        engine.sandbox.faults({provider: {"status-404": 1.0}})
    else:
        engine.sandbox.faults({provider: {"status-404": 1.0}})
        jobs.request_cancel(job)
    engine.drive(until=lambda: _not_found(engine) or not accepted())
    engine.sandbox.control("faults", {})
    engine.drive()
    job.refresh_from_db()
    assert job.state == "cancelled"
    engine.assert_at_rest()


def _not_found(engine) -> bool:
    return sum(engine.sandbox.control("faults")["injected"].values()) >= 2


def test_what_a_task_that_was_called_queued_has_cost_is_told_by_the_bill(engine):
    """Its work had begun: Runway charges for it, and shows nobody the task any more."""
    job = engine.ask("A lake [[sandbox: stall]]", provider="runway", tier=Tier.STANDARD)
    engine.sandbox.faults({"runway": {"stale-status": 1.0}})
    engine.drive(until=lambda: "processing" in [one["state"] for one in engine.sandbox.tasks()])
    jobs.request_cancel(job)
    engine.drive()
    [line] = LedgerLine.objects.filter(job=job, kind="settle")
    assert (line.spent_delta, line.provisional) == (0, True)
    assert list(engine.invoiced().values()) == [line.attempt.max_micros]
    assert (true_up(), true_up()) == (1, 0)
    job.refresh_from_db()
    assert job.cost_micros == line.attempt.max_micros
    engine.assert_at_rest()


def test_a_stalled_clip_is_given_up_at_its_deadline(engine):
    job = engine.ask("A lake [[sandbox: only=pika stall]]")
    engine.drive(until=accepted)
    [attempt] = job.attempts.all()
    clock.shift(attempt.leg["deadline_seconds"] + 60)
    engine.drive()
    job.refresh_from_db()
    assert job.state == "completed"
    assert engine.attempts(job)[-1] == ("kling", "succeeded")
    assert engine.held() == 0


def test_a_task_that_the_vendor_has_forgotten_is_not_held_for_ever(engine):
    job = engine.ask("A lake [[sandbox: only=kling slow=60]]", provider="kling")
    engine.drive(until=accepted)
    engine.sandbox.reset()
    [attempt] = job.attempts.all()
    clock.shift(attempt.leg["deadline_seconds"] + 1)
    engine.drive()
    job.refresh_from_db()
    assert job.state == "completed"
    assert engine.attempts(job)[0] == ("kling", "failed")
    assert engine.held() == 0
    line = LedgerLine.objects.get(attempt=attempt, kind="settle")
    assert (line.spent_delta, line.provisional) == (150_000, True)
    # The bill knows nothing of it, which a person is to decide: chaos does not take that over.
    assert true_up() == 0
