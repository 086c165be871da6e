"""Budgets, asks and bookings made without a door, for tests of what follows from them."""

from datetime import UTC, date, datetime

import pytest

from accounts.access import Access
from generation import clock, jobs
from generation.asks import JobAsk
from generation.choices import AttemptState
from generation.models import Attempt, Budget, BudgetKind, BudgetPeriod, Job
from generation.money import ledger
from providers.types import Tier

DRAFT = 100_000  # micro-dollars of a draft of five seconds at Pika
MONDAY = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def budget_of(access: Access, **more) -> Budget:
    """A hard lifetime budget of the workspace over one dollar, unless `more` says otherwise."""
    return Budget.objects.create(
        **{
            "workspace_id": access.workspace_id,
            "mode": access.mode,
            "name": "Quarter",
            "kind": BudgetKind.WORKSPACE,
            "starts_on": date(2020, 1, 1),
            "limit_micros": 1_000_000,
            **more,
        }
    )


def draft(access: Access, prompt: str = "A kettle boils", **more) -> Job:
    return jobs.create(access, JobAsk(prompt=prompt, **{"tier": Tier.DRAFT, **more}))


def settle(job: Job, *, micros: int) -> None:
    """The job's attempt has succeeded at this cost."""
    moment = clock.now()
    attempt = job.attempts.get()
    Attempt.objects.filter(pk=attempt.pk).update(
        state=AttemptState.SUCCEEDED,
        submit_started_at=moment,
        accepted_at=moment,
        ended_at=moment,
    )
    ledger.settle(attempt, job, micros=micros, task_id=f"task-{attempt.pk}")


def books(budget: Budget) -> list[tuple[str, int, int, int]]:
    """(first day, limit, held, spent) of each period, oldest first."""
    rows = BudgetPeriod.objects.filter(budget=budget).order_by("starts_on")
    return [(str(p.starts_on), p.limit_micros, p.held_micros, p.spent_micros) for p in rows]


class Clock:
    """The desk's clock, standing still at `moment` until it is moved."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, moment: datetime = MONDAY) -> None:
        self.moment = moment
        monkeypatch.setattr(clock, "now", lambda: self.moment)
        monkeypatch.setattr("django.utils.timezone.now", lambda: self.moment)
