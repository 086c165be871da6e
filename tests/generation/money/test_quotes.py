"""A quoted clip never costs more than its worst, and a quoted line is made once, come what may."""

from dataclasses import replace

import pytest

from accounts.access import Access
from generation import batches, jobs, quotes
from generation.asks import JobAsk, Refused
from generation.choices import JobState
from generation.models import Event, Job, Quote, QuoteKind
from generation.money.invariants import breaches
from providers.types import Tier
from tests.generation.committed import at_once, committed_fixture, desk_fixture  # noqa: F401
from tests.generation.conftest import Engine

DRAFT = JobAsk(prompt="A red kite over a beach", tier=Tier.DRAFT)
BILLED_BUT_BLACK = "A lake [[sandbox: only=pika black-frames]]"


def quoted(access: Access, *asks: JobAsk, kind: QuoteKind = QuoteKind.JOB) -> Quote:
    return quotes.keep(access, asks, kind=kind)


def test_billed_failures_do_not_take_it_past_its_worst(engine: Engine):
    ask = replace(DRAFT, prompt=BILLED_BUT_BLACK)
    quote = quoted(engine.access, ask)
    assert (quote.likely_micros, quote.worst_micros) == (100_000, 250_000)
    job = jobs.create(engine.access, ask, quote_uid=quote.uid)
    engine.drive()
    job.refresh_from_db()
    # Kling's 0.15 on top of two billed tries at 0.10 each would be 0.35.
    assert engine.attempts(job) == [("pika", "succeeded"), ("pika", "succeeded")]
    assert (job.state, job.cost_micros) == (JobState.FAILED, 200_000)
    skipped = Event.objects.filter(job=job, kind="leg.skipped").values_list("data", flat=True)
    assert [data["provider"] for data in skipped] == ["kling", "runway"]
    engine.assert_at_rest()


def test_without_a_quote_the_next_provider_is_tried(engine: Engine):
    job = engine.run(BILLED_BUT_BLACK)
    assert (job.state, job.cost_micros) == (JobState.COMPLETED, 350_000)


def test_a_free_failure_leaves_room_for_the_next(engine: Engine):
    ask = replace(DRAFT, prompt="A lake [[sandbox: only=pika fail=server]]")
    quote = quoted(engine.access, ask)
    job = jobs.create(engine.access, ask, quote_uid=quote.uid)
    engine.drive()
    job.refresh_from_db()
    assert (job.state, job.cost_micros) == (JobState.COMPLETED, 150_000)
    engine.assert_at_rest()


def test_many_at_once_make_one_clip(desk: Access):
    quote = quoted(desk, DRAFT)
    answers = at_once(lambda _: jobs.create(desk, DRAFT, quote_uid=quote.uid), times=12, threads=6)
    refused = [answer for answer in answers if isinstance(answer, Refused)]
    assert [one.code for one in refused] == ["quote_used"] * 11
    assert Job.objects.get().quote == quote
    assert list(breaches()) == []


def test_retries_at_once_pay_once(desk: Access):
    made = batches.create(desk, [DRAFT] * 3, use_cost_optimization=False)
    batches.cancel(made.batch)
    Job.objects.filter(batch=made.batch).update(state=JobState.FAILED)
    answers = at_once(lambda _: batches.retry_failed(desk, made.batch), times=8, threads=4)
    refused = [answer for answer in answers if isinstance(answer, Refused)]
    assert [one.code for one in refused] == ["none_failed"] * 7
    assert Job.objects.count() == 6


@pytest.mark.django_db
def test_one_fault_in_a_batch_leaves_the_quote_as_it_was(shop, access):
    asks = [DRAFT, replace(DRAFT, prompt="  ")]
    quote = quoted(access, *asks, kind=QuoteKind.BATCH)
    with pytest.raises(Refused) as caught:
        batches.create(access, asks, use_cost_optimization=True, quote_uid=quote.uid)
    assert caught.value.field == "prompts.1"
    quote.refresh_from_db()
    assert (quote.uses, Job.objects.count()) == (0, 0)
