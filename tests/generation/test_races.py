"""Many at once, on real threads and committed rows: exactly one wins, and the books agree."""

import threading
from collections import Counter
from datetime import date

import pytest
from django.db import connection

from accounts.access import Access
from generation import attempts, batches, idempotency, ingest, jobs, polling, submitting
from generation.asks import JobAsk
from generation.driver import Driver
from generation.idempotency import Answer
from generation.models import (
    Attempt,
    Batch,
    Budget,
    BudgetKind,
    BudgetPeriod,
    Event,
    IdempotentAnswer,
    Job,
    LedgerBudget,
    LedgerLine,
)
from generation.money.budgets import BudgetExceeded
from generation.money.invariants import breaches
from providers import clients
from providers.many import ManyTransport
from providers.types import Tier
from tests.generation.committed import (  # noqa: F401 - fixtures
    at_once,
    committed_fixture,
    desk_fixture,
)
from tests.generation.conftest import Engine
from tests.sandbox_server import SandboxServer

DRAFT = 100_000  # micro-dollars of the draft below
ASK = JobAsk(prompt="A red kite over a beach, slow pan to the left", tier=Tier.DRAFT)


def budget_for(access: Access, *, jobs_of: int, name: str = "Quarter") -> Budget:
    return Budget.objects.create(
        workspace_id=access.workspace_id,
        mode=access.mode,
        name=name,
        kind=BudgetKind.WORKSPACE,
        starts_on=date(2020, 1, 1),
        limit_micros=jobs_of * DRAFT,
    )


def crowd() -> tuple[int, int]:
    """Threads and requests: SQLite has one writer at a time, and fewer threads show as much."""
    return (64, 1000) if connection.vendor == "postgresql" else (16, 600)


def rows() -> dict[str, int]:
    models = (Job, Attempt, LedgerLine, LedgerBudget, Event, Batch, IdempotentAnswer)
    return {model.__name__: model.objects.count() for model in models}


def held() -> int:
    return sum(line.held_delta for line in LedgerLine.objects.all())


def test_a_budget_for_a_hundred_admits_exactly_a_hundred(desk):
    budget = budget_for(desk, jobs_of=100)
    threads, requests = crowd()
    answers = at_once(lambda _: jobs.create(desk, ASK), times=requests, threads=threads)
    assert Counter(type(answer) for answer in answers) == {Job: 100, BudgetExceeded: requests - 100}
    assert rows() == {
        "Job": 100,
        "Attempt": 100,
        "LedgerLine": 100,
        "LedgerBudget": 100,
        "Event": 100,
        "Batch": 0,
        "IdempotentAnswer": 0,
    }
    period = budget.periods.get()
    assert (period.held_micros, period.spent_micros, held()) == (100 * DRAFT, 0, 100 * DRAFT)
    assert list(breaches()) == []


def test_batches_take_a_budget_whole_or_not_at_all(desk):
    budget_for(desk, jobs_of=25)
    asks = [ASK] * 4

    def one(_):
        return batches.create(desk, asks, use_cost_optimization=False)

    answers = at_once(one, times=40, threads=8)
    assert Counter(type(answer) for answer in answers) == {batches.Admitted: 6, BudgetExceeded: 34}
    assert (Batch.objects.count(), Job.objects.count(), held()) == (6, 24, 24 * DRAFT)
    assert list(breaches()) == []


def test_two_budgets_in_any_order_do_not_lock_each_other_out(desk):
    """Holds and cancellations together: each takes both budgets, and none waits for ever."""
    budget_for(desk, jobs_of=1000, name="First")
    budget_for(desk, jobs_of=1000, name="Second")

    def one(number):
        job = jobs.create(desk, ASK)
        if number % 2:
            jobs.request_cancel(job)
        return job.pk

    answers = at_once(one, times=120, threads=12)
    assert [answer for answer in answers if not isinstance(answer, int)] == []
    assert held() == 60 * DRAFT
    assert set(BudgetPeriod.objects.values_list("held_micros", flat=True)) == {60 * DRAFT}
    assert list(breaches()) == []


def test_one_key_fifty_times_at_once_makes_one_job(desk):
    budget_for(desk, jobs_of=50)
    request_hash = idempotency.fingerprint("POST", "/api/ai-video/generate", body={"prompt": "x"})

    def effect():
        return Answer(status=202, body={"job_id": jobs.create(desk, ASK).uid})

    def one(_):
        while True:
            try:
                return idempotency.once(
                    desk, key="order-7", request_hash=request_hash, effect=effect
                )
            except idempotency.StillAtWork:
                continue  # answered 409 with Retry-After; the caller asks again

    answers = at_once(one, times=50, threads=25)
    assert [answer for answer in answers if not isinstance(answer, Answer)] == []
    assert Counter(answer.replayed for answer in answers) == {False: 1, True: 49}
    assert len({answer.body["job_id"] for answer in answers}) == 1
    assert (Job.objects.count(), IdempotentAnswer.objects.count(), held()) == (1, 1, DRAFT)


def test_a_key_whose_effect_fails_is_free_again(desk):
    budget_for(desk, jobs_of=0)

    def effect():
        return Answer(status=202, body={"job_id": jobs.create(desk, ASK).uid})

    def one(_):
        return idempotency.once(desk, key="order-8", request_hash="x", effect=effect)

    answers = at_once(one, times=20, threads=10)
    kinds = Counter(type(answer) for answer in answers)
    assert set(kinds) <= {BudgetExceeded, idempotency.StillAtWork}
    assert kinds[BudgetExceeded] >= 1
    assert set(rows().values()) == {0}


@pytest.fixture(scope="module")
def vendors():
    with SandboxServer(scale=0.05) as server:
        server.control("footage", {"style": "plain"})
        yield server


@pytest.fixture
def engine(desk, vendors, settings):
    vendors.reset()
    vendors.control("footage", {"style": "plain"})
    clients._built.cache_clear()
    settings.SANDBOX_URL = vendors.base
    settings.UNKNOWN_GRACE_SECONDS = {"live": 180, "test": 1}
    return Engine(access=desk, sandbox=vendors)


def test_many_submitters_send_one_create(engine):
    made = [engine.ask(f"A lake, number {n}") for n in range(6)]
    ids = list(Attempt.objects.values_list("pk", flat=True))
    sent = at_once(lambda n: submitting.submit(ids[n // 8]), times=48, threads=8)
    assert Counter(sent) == {True: 6, False: 42}
    assert engine.sandbox.creates() == {"pika": {"accepted": 6}}
    engine.drive()
    assert {job.state for job in Job.objects.filter(pk__in=[j.pk for j in made])} == {"completed"}
    engine.assert_at_rest()


def test_two_drivers_and_their_hands_share_the_work(engine):
    """Four whole drivers at once; each clip is asked for, settled and stored once."""
    for n in range(12):
        engine.ask(f"A forest in the rain, number {n}")

    def drive(_):
        driver = Driver(send=submitting.submit, fetch=ingest.fetch)
        with ManyTransport() as many:
            for _round in range(2000):
                driver._handed.clear()
                driver.step(many)
                if not Job.objects.filter(state__in=("queued", "processing")).exists():
                    return "done"
                threading.Event().wait(0.02)
        return "late"

    assert at_once(drive, times=4, threads=4) == ["done"] * 4
    assert engine.sandbox.creates() == {"pika": {"accepted": 12}}
    once_each = (
        "job.queued",
        "attempt.submitting",
        "attempt.accepted",
        "attempt.succeeded",
        "asset.stored",
        "job.completed",
    )
    kinds = Counter(Event.objects.values_list("kind", flat=True))
    assert kinds == dict.fromkeys(once_each, 12)
    engine.assert_at_rest()


def test_many_looks_at_the_end_settle_once(engine):
    job = engine.ask("A lighthouse at night")
    engine.drive(until=lambda: Attempt.objects.filter(state="accepted").exists())
    threading.Event().wait(0.5)  # the vendor is done by now

    def look(_):
        Attempt.objects.filter(state="accepted").update(next_check_at=job.created_at)
        with ManyTransport() as many:
            return polling.poll_due(many)

    at_once(look, times=16, threads=8)
    assert LedgerLine.objects.filter(kind="settle").count() == 1
    engine.drive()
    engine.assert_at_rest()


@pytest.mark.parametrize("turn", range(2))
def test_a_cancel_races_the_claim(engine, turn):
    """Each job is either never sent and free, or sent and looked after to its end."""
    made = [engine.ask(f"A harbour at dawn, number {turn} {n}") for n in range(10)]
    ids = {attempt.job_id: attempt.pk for attempt in Attempt.objects.all()}

    def race(number):
        job = made[number // 2]
        if number % 2:
            return submitting.submit(ids[job.pk])
        return jobs.request_cancel(job).done

    answers = at_once(race, times=20, threads=4)
    sent = sum(answers[1::2])
    assert [answer for answer in answers if not isinstance(answer, bool)] == []
    assert sent + sum(answers[0::2]) == 10, "each job is either cancelled at once or sent"
    assert sum(engine.sandbox.creates().get("pika", {}).values()) == sent
    engine.drive()
    assert set(Job.objects.values_list("state", flat=True)) == {"cancelled"}
    assert engine.held() == 0
    invoiced = engine.invoiced()
    final = LedgerLine.objects.exclude(task_id="").filter(provisional=False)
    for line in final:
        assert line.spent_delta == invoiced.get(line.task_id, 0)
    assert set(invoiced) <= set(engine.booked())
    assert list(breaches()) == []


def test_a_late_sender_cannot_write_past_its_lease(engine):
    """The lease was taken from a sender that still lives: what it learns is a fact, no more."""
    job = engine.ask("A bridge in fog")
    attempt = job.attempts.get()
    assert attempts.claim(attempt, owner="other/boot/1/1", match_key="m", hook_token="t")
    stale = Attempt.objects.get(pk=attempt.pk)
    assert attempts.doubt(attempt, reason="gone")
    assert not attempts.give_back(stale, delay=0, reason="late", counts=False)
    assert not attempts.doubt(stale, reason="late")
    engine.drive()
    job.refresh_from_db()
    assert job.state == "completed"
    assert engine.attempts(job) == [("pika", "not_accepted"), ("pika", "succeeded")]
    engine.assert_at_rest()
