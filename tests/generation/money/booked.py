"""Bought clips without any vendor: booked by hand, at any time, and bills made of them."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.db import transaction

from accounts.access import Access
from generation import clock, jobs
from generation.asks import JobAsk
from generation.choices import AttemptState, JobState
from generation.models import Attempt, Grain, Job, ProviderTask, StatementSource
from generation.money import ledger, rollups
from generation.money.bills import Bill, BillLine
from generation.money.corrections import accept
from generation.money.differences import Finding
from generation.money.invariants import breaches
from generation.money.reconcile import reconcile
from generation.money.statements_in import Imported, take_in
from providers.types import Tier

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)


@dataclass
class Books:
    """`buy` books a clip at a moment of October 2026, `bill` takes in what the vendor says."""

    access: Access
    made: list[Attempt] = field(default_factory=list)

    def buy(self, task: str, *, day: int = 10, hour: int = 12, micros: int = 100_000, **more: Any):
        at = datetime(2026, 10, day, hour, tzinfo=UTC)
        with time_machine.travel(at, tick=False):
            ask = JobAsk(prompt="a quiet lake", **{"tier": Tier.DRAFT, **more})
            job = jobs.create(self.access, ask)
            attempt = job.attempts.get()
            self._settle(attempt, job, task, micros)
        self.made.append(attempt)
        return attempt

    def doubt(self, *, day: int = 10, **more: Any) -> Attempt:
        """A request whose outcome nobody knows."""
        at = datetime(2026, 10, day, 12, tzinfo=UTC)
        with time_machine.travel(at, tick=False):
            ask = JobAsk(prompt="lost", **{"tier": Tier.DRAFT, **more})
            job = jobs.create(self.access, ask)
            Attempt.objects.filter(job=job).update(
                state=AttemptState.UNKNOWN, submit_started_at=clock.now()
            )
        return job.attempts.get()

    def bill(self, *lines: BillLine, provider: str = "pika", **more: Any) -> Imported:
        bill = Bill(
            **{
                "provider": provider,
                "source": StatementSource.CSV,
                "grain": Grain.TASK,
                "starts_on": OCTOBER,
                "ends_on": NOVEMBER,
                "lines": lines,
                **more,
            }
        )
        return take_in(self.access, bill)

    def _settle(self, attempt: Attempt, job: Job, task: str, micros: int) -> None:
        Attempt.objects.filter(pk=attempt.pk).update(
            state=AttemptState.FAILED, submit_started_at=clock.now(), task_id=task
        )
        ProviderTask.objects.create(
            account_id=attempt.account_id, task_id=task, attempt=attempt, learned_from="response"
        )
        with transaction.atomic():
            ledger.settle(attempt, job, micros=micros, task_id=task)
        Job.objects.filter(pk=job.pk).update(state=JobState.FAILED, ended_at=clock.now())
        attempt.refresh_from_db()


def billed(task: str, micros: int = 100_000, *, day: int = 10, month: int = 10, **more: Any):
    key = more.pop("key", f"{task}-{day}-{micros}")
    return BillLine(key=key, day=date(2026, month, day), micros=micros, task_id=task, **more)


@pytest.fixture(name="books")
def books_fixture(shop, access, settings) -> Books:
    settings.RING_THE_BELL = False
    return Books(access=access)


def kinds(access) -> list[tuple[Finding, str, int, int]]:
    found = reconcile(access, month=OCTOBER)
    return sorted((one.kind, one.task_id, one.billed, one.booked) for one in found.open)


def settle_all(access) -> None:
    while found := reconcile(access, month=OCTOBER).open:
        accept(access, month=OCTOBER, subject=found[0].subject, reason="as billed", by="ann")


def calm_books() -> list[str]:
    return [str(one) for one in breaches()] + [str(one) for one in rollups.differences()]
