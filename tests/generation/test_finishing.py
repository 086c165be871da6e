"""Ends of tasks: written together where they succeeded, each to the cent, and none twice."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from generation import clock, finishing, jobs
from generation.choices import LineKind
from generation.models import Asset, Attempt, BudgetPeriod, Event, Job, LedgerLine
from generation.money import rollups
from generation.money.invariants import breaches
from providers.errors import Unavailable
from providers.types import Progress, TaskState, VendorCost
from tests.generation.committed import (  # noqa: F401 - fixtures
    at_once,
    committed_fixture,
    desk_fixture,
)
from tests.generation.conftest import accepted
from tests.generation.money.budgets_by_hand import DRAFT, budget_of

DONE = Progress(state=TaskState.SUCCEEDED, percent=100, output_url="https://clips.test/1.mp4")


def done_for(micros: int) -> Progress:
    cost = VendorCost(micros=micros, native_amount=str(micros), native_unit="micros")
    return Progress(state=TaskState.SUCCEEDED, output_url="https://clips.test/1.mp4", cost=cost)


def ended(attempts: list[Attempt], progress: Progress = DONE) -> list[tuple[Attempt, Progress]]:
    return [(attempt, progress) for attempt in attempts]


def settled() -> dict[int, tuple[int, int, str]]:
    """Held, spent and task of each attempt's settlement."""
    lines = LedgerLine.objects.filter(kind=LineKind.SETTLE)
    return {
        line.attempt_id: (line.held_delta, line.spent_delta, line.task_id)
        for line in lines.order_by("attempt")
    }


def right() -> None:
    assert [str(breach) for breach in breaches()] == []
    assert rollups.differences() == []


@pytest.mark.parametrize("count", [1, 3, 40])
def test_each_end_has_its_line_its_event_its_clip_and_its_cost(access, under_way, count):
    budget = budget_of(access, limit_micros=10_000_000)
    attempts = under_way(count)
    finishing.finish_all(ended(attempts))
    assert settled() == {a.pk: (-DRAFT, DRAFT, f"task-{a.pk}") for a in attempts}
    told = Attempt.objects.filter(ended_at__isnull=False)
    assert (
        list(told.values_list("state", "percent", "cost_micros"))
        == [("succeeded", 100, DRAFT)] * count
    )
    assert set(Job.objects.values_list("state", "cost_micros", "attention")) == {
        ("processing", DRAFT, "")
    }
    noted = Event.objects.filter(kind="attempt.succeeded").order_by("attempt")
    assert list(noted.values_list("attempt", "job", "text", "data")) == [
        (a.pk, a.job_id, "", {"cost_micros": DRAFT}) for a in attempts
    ]
    clips = Asset.objects.order_by("attempt")
    assert list(
        clips.values_list("attempt", "job", "kind", "state", "unclaimed", "output_url")
    ) == [(a.pk, a.job_id, "clip", "pending", False, DONE.output_url) for a in attempts]
    period = BudgetPeriod.objects.get(budget=budget)
    assert (period.held_micros, period.spent_micros) == (0, count * DRAFT)
    right()


def test_the_statements_do_not_grow_with_the_ends(access, under_way):
    budget_of(access, limit_micros=100_000_000)

    def statements(count: int) -> int:
        attempts = under_way(count)
        with CaptureQueriesContext(connection) as asked:
            finishing.finish_all(ended(attempts))
        # SQLite tells an insert of many rows row by row, though it gets them at once.
        left_out = ("SAVEPOINT", "RELEASE", *(["INSERT"] if connection.vendor == "sqlite" else []))
        return sum(not query["sql"].startswith(left_out) for query in asked)

    assert statements(80) == statements(30) <= 15


def test_each_is_booked_at_the_cost_that_its_vendor_names(access, under_way):
    budget = budget_of(access, limit_micros=10_000_000)
    attempts = under_way(4)
    costs = [DRAFT, 0, 70_000, DRAFT + 5]
    ends = [(a, done_for(micros)) for a, micros in zip(attempts, costs, strict=True)]
    finishing.finish_all(ends)
    assert [spent for _, spent, _ in settled().values()] == costs
    assert list(Attempt.objects.order_by("pk").values_list("cost_micros", flat=True)) == costs
    assert list(Job.objects.order_by("pk").values_list("cost_micros", flat=True)) == costs
    assert [job.attention for job in Job.objects.order_by("pk")] == ["", "", "", "overage"]
    period = BudgetPeriod.objects.get(budget=budget)
    assert (period.held_micros, period.spent_micros) == (0, sum(costs))
    right()


def test_what_somebody_else_has_ended_is_left_to_him(under_way):
    attempts = under_way(3)
    assert finishing.finish(attempts[1], done_for(42))
    finishing.finish_all(ended(attempts))
    assert [spent for _, spent, _ in settled().values()] == [DRAFT, 42, DRAFT]
    assert Asset.objects.count() == 3
    assert Event.objects.filter(kind="attempt.succeeded").count() == 3
    assert not finishing.finish(attempts[0], DONE)
    right()


def test_one_that_cannot_be_booked_takes_nobody_with_it(under_way):
    """Its task id is on the books already, for another attempt of the same account."""
    attempts = under_way(3)
    Attempt.objects.filter(pk=attempts[1].pk).update(task_id=f"task-{attempts[0].pk}")
    finishing.finish_all(ended(attempts))
    assert set(settled()) == {attempts[0].pk, attempts[2].pk}
    assert Asset.objects.count() == 2
    attempts[1].refresh_from_db()
    assert (attempts[1].state, attempts[1].cost_micros) == ("accepted", None)
    Attempt.objects.filter(pk=attempts[1].pk).update(task_id=f"task-{attempts[1].pk}")
    finishing.finish_all(ended(attempts))
    assert settled() == {a.pk: (-DRAFT, DRAFT, f"task-{a.pk}") for a in attempts}
    right()


def test_parked_and_unwanted_clips_are_paid_for_and_kept_as_unclaimed(under_way):
    parked, unwanted, wanted = under_way(3)
    Attempt.objects.filter(pk=parked.pk).update(parked=True)
    jobs.request_cancel(unwanted.job)
    finishing.finish_all(ended([parked, unwanted, wanted]))
    assert dict(Asset.objects.values_list("attempt", "unclaimed")) == {
        parked.pk: True,
        unwanted.pk: True,
        wanted.pk: False,
    }
    states = dict(Job.objects.values_list("pk", "state"))
    assert states == {
        parked.job_id: "processing",
        unwanted.job_id: "cancelled",
        wanted.job_id: "processing",
    }
    assert [spent for _, spent, _ in settled().values()] == [DRAFT] * 3
    right()


def test_two_clips_of_one_job_that_end_together_are_both_paid_for(access, under_way):
    """A parked one and the one that was asked for in its place."""
    [first, second] = under_way(2)
    Attempt.objects.filter(pk=first.pk).update(parked=True)
    Attempt.objects.filter(pk=second.pk).update(job=first.job_id, seq=2)
    second.refresh_from_db()
    finishing.finish_all(ended([first, second]))
    assert Job.objects.get(pk=first.job_id).cost_micros == 2 * DRAFT


def test_those_that_failed_go_on_elsewhere_beside_those_that_are_done(under_way):
    good, bad = under_way(2)
    failed = Progress(state=TaskState.FAILED, failure=Unavailable("it broke", billed=False))
    finishing.finish_all([(bad, failed), (good, DONE)])
    assert settled() == {
        good.pk: (-DRAFT, DRAFT, f"task-{good.pk}"),
        bad.pk: (-DRAFT, 0, f"task-{bad.pk}"),
    }
    assert list(bad.job.attempts.order_by("seq").values_list("state", flat=True)) == [
        "failed",
        "planned",
    ]
    assert Asset.objects.get().attempt_id == good.pk
    right()


def test_four_workers_with_the_same_ends_write_each_once(desk):
    budget = budget_of(desk, limit_micros=100_000_000)
    attempts = accepted(desk, 60)

    def one(number: int) -> None:
        mine = attempts[number * 10 : number * 10 + 30]
        finishing.finish_all(ended(mine[::-1] if number % 2 else mine))

    assert at_once(one, times=4, threads=4) == [None] * 4
    assert settled() == {a.pk: (-DRAFT, DRAFT, f"task-{a.pk}") for a in attempts}
    assert Asset.objects.count() == 60
    period = BudgetPeriod.objects.get(budget=budget)
    assert (period.held_micros, period.spent_micros) == (0, 60 * DRAFT)
    right()


def test_purchases_from_the_same_budget_go_on_meanwhile(desk):
    budget = budget_of(desk, limit_micros=100_000_000)
    attempts = accepted(desk, 40)

    def one(number: int) -> None:
        if number % 2:
            finishing.finish_all(ended(attempts[number // 2 :: 4]))
        else:
            accepted(desk, 5)

    assert at_once(one, times=8, threads=8) == [None] * 8
    period = BudgetPeriod.objects.get(budget=budget)
    assert (period.held_micros, period.spent_micros) == (20 * DRAFT, 40 * DRAFT)
    right()


def test_an_end_that_is_told_while_a_worker_finishes_is_not_told_again(under_way, monkeypatch):
    """The other side wins between our look and our writing."""
    [attempt] = under_way(1)
    Attempt.objects.update(state="failed", ended_at=clock.now())
    before = LedgerLine.objects.count()
    finishing.finish_all(ended([attempt]))
    assert (LedgerLine.objects.count(), Asset.objects.count()) == (before, 0)
    assert Attempt.objects.get().state == "failed"
