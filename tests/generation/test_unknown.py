"""When nobody knows whether a create was accepted."""

import pytest

from generation import decisions, resolving
from generation.models import Attempt, Job
from providers.errors import OutcomeUnknown
from providers.types import Tier


@pytest.fixture
def no_way_to_ask(monkeypatch):
    """A vendor whose tasks can be neither looked up nor listed."""

    def find(self, trace):
        raise OutcomeUnknown("no way to ask")
        yield

    monkeypatch.setattr("providers.adapters.runway.Runway.find", find)


def in_doubt(engine) -> tuple[Job, Attempt]:
    job = engine.ask("A lake [[sandbox: only=runway lost-response]]", tier=Tier.STANDARD)
    engine.drive(until=lambda: Job.objects.filter(attention="ambiguous").exists())
    return job, job.attempts.get()


def test_a_person_is_asked_and_the_hold_stays(engine, no_way_to_ask):
    job, attempt = in_doubt(engine)
    assert (attempt.state, attempt.parked) == ("unknown", False)
    assert engine.held() == 250_000
    assert engine.attempts(job) == [("runway", "unknown")]


def test_charged_says_the_bill(engine, no_way_to_ask):
    job, attempt = in_doubt(engine)
    assert decisions.resolve_unknown(attempt, billed=True, by="ann")
    job.refresh_from_db()
    assert (job.state, job.attention, job.cost_micros) == ("failed", "paid_not_delivered", 250_000)
    assert engine.held() == 0


def test_not_charged_says_the_bill_and_the_same_offer_is_asked_again(engine, no_way_to_ask):
    job, attempt = in_doubt(engine)
    assert decisions.resolve_unknown(attempt, billed=False, by="ann")
    assert engine.attempts(job) == [("runway", "not_accepted"), ("runway", "planned")]
    assert engine.held() == 250_000
    assert decisions.resolve_unknown(attempt, billed=True, by="bob") is False


def test_consent_tries_the_next_provider_with_a_second_hold(engine, no_way_to_ask):
    job, attempt = in_doubt(engine)
    assert resolving.continue_elsewhere(attempt, consent="ann agreed")
    job.refresh_from_db()
    assert job.consent == "ann agreed"
    assert engine.held() == 250_000 + 150_000
    engine.drive(until=lambda: Job.objects.filter(state="completed").exists())
    assert engine.attempts(job) == [("runway", "unknown"), ("kling", "succeeded")]
    assert engine.held() == 250_000
    assert resolving.continue_elsewhere(attempt, consent="again") is False


def test_the_workspace_may_have_agreed_beforehand(engine, no_way_to_ask, workspace):
    workspace.unknown_outcome = "continue"
    workspace.save()
    job = engine.ask("A lake [[sandbox: only=runway lost-response]]", tier=Tier.STANDARD)
    engine.drive(until=lambda: Job.objects.filter(state="completed").exists())
    assert engine.attempts(job) == [("runway", "unknown"), ("kling", "succeeded")]


def test_a_request_that_never_arrived_is_sent_again_after_the_grace(engine):
    engine.sandbox.faults({"kling": {"drop-before": 1.0}})
    job = engine.ask("A lake", provider="kling")
    engine.drive(until=lambda: Attempt.objects.filter(state="unknown").exists())
    engine.sandbox.control("faults", {})
    engine.drive()
    job.refresh_from_db()
    assert engine.attempts(job) == [("kling", "not_accepted"), ("kling", "succeeded")]
    engine.assert_at_rest()
