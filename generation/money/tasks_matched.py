"""Matching a bill with the ledger task by task.

A task's money is looked at as a whole, over all months: a clip of the 30th that the vendor
bills on the 1st is no difference, neither now nor then.

A month of any size is never in memory, only what differs is (see `months_matched`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import NamedTuple

from django.db.models import Q

from accounts.access import Access
from generation.choices import ATTEMPT_LIVE, AttemptState
from generation.models import Attempt, Grain, LedgerLine, ProviderTask, StatementLine
from generation.money.bill_cover import Cover, still_missing
from generation.money.differences import AccountSide, Difference, Finding
from generation.money.months_matched import Tasks, matched
from providers.models import ProviderAccount

CHUNK = 1000
RUNNING = set(ATTEMPT_LIVE) - {AttemptState.UNKNOWN}


class _Billed(NamedTuple):
    """All that is told of a bill's line; rows of thousands of tasks are not made whole."""

    pk: int
    micros: int
    day: date
    model: str
    client_ref: str


class _Booked(NamedTuple):
    """All that is told of a line of the ledger."""

    spent_delta: int
    created_at: datetime
    attempt_id: int
    model: str
    job_uid: str


BILLED = ("task_id", "pk", "micros", "day", "model", "client_ref")
BOOKED = ("task_id", "spent_delta", "created_at", "attempt_id", "attempt__model", "job__uid")


@dataclass(kw_only=True)
class _Task:
    task_id: str
    lines: list[_Billed] = field(default_factory=list)
    booked: list[_Booked] = field(default_factory=list)

    @property
    def billed_micros(self) -> int:
        return sum(line.micros for line in self.lines)

    @property
    def booked_micros(self) -> int:
        return sum(line.spent_delta for line in self.booked)


def match_tasks(
    access: Access, account: ProviderAccount, *, month: date, cover: Cover, bills: str
) -> tuple[AccountSide, list[Difference]]:
    """One account's month, task by task: its sums, and every difference."""
    kept = matched(access, account, month=month, cover=cover, bills=bills)
    sums, uneven = dict(kept.sums), kept.uneven
    found: list[Difference] = []
    for start in range(0, len(uneven), CHUNK):
        tasks = _tasks(access, account, uneven[start : start + CHUNK])
        attempts = _attempts_of(account, tasks.values())
        known = _known(account, tasks.values())
        for task in tasks.values():
            if task.task_id in known:
                continue
            verdict = _judge(account, task, cover, attempts.get(task.task_id))
            word = verdict if isinstance(verdict, str) else "found"
            if isinstance(verdict, Difference):
                found.append(verdict)
            one = Tasks(tasks=1, billed=task.billed_micros, booked=task.booked_micros)
            sums[word] = sums.get(word, Tasks()).plus(one)
    side = AccountSide(
        account_id=account.pk,
        provider=account.provider,
        grain=Grain.TASK,
        billed=sum(one.billed for one in sums.values()),
        booked=sum(one.booked for one in sums.values()),
        matched=sums.get("matched", Tasks()).tasks,
        awaited=sums.get("awaited", Tasks()).booked,
        uncovered=sums.get("uncovered", Tasks()).booked,
        covered_until=cover.until,
    )
    return side, found


def _tasks(access: Access, account: ProviderAccount, task_ids: list[str]) -> dict[str, _Task]:
    """These tasks, each with its lines of all months."""
    lines = StatementLine.objects.within(access).filter(account=account, grain=Grain.TASK)
    booked = LedgerLine.objects.within(access).filter(account=account).exclude(task_id="")
    booked = booked.exclude(Q(spent_delta=0) & ~Q(kind__in=("settle", "charge")))
    tasks = {task_id: _Task(task_id=task_id) for task_id in task_ids}
    for task_id, *told in lines.filter(task_id__in=task_ids).order_by("pk").values_list(*BILLED):
        tasks[task_id].lines.append(_Billed._make(told))
    for task_id, *told in booked.filter(task_id__in=task_ids).order_by("pk").values_list(*BOOKED):
        tasks[task_id].booked.append(_Booked._make(told))
    return tasks


def _attempts_of(account: ProviderAccount, tasks: Iterable[_Task]) -> dict[str, Attempt]:
    """The attempts of billed tasks that are not booked, by our own reference."""
    open_tasks = [task for task in tasks if not task.booked]
    refs = {line.client_ref: task.task_id for task in open_tasks for line in task.lines}
    named = Attempt.objects.filter(account=account, client_ref__in=[ref for ref in refs if ref])
    return {refs[attempt.client_ref]: attempt for attempt in named.select_related("job")}


def _known(account: ProviderAccount, tasks: Iterable[_Task]) -> set[str]:
    """Billed tasks of ours without a booking yet: whoever looks after them books them."""
    ids = [task.task_id for task in tasks if not task.booked]
    rows = ProviderTask.objects.filter(account=account, task_id__in=ids)
    return set(rows.values_list("task_id", flat=True))


def _judge(
    account: ProviderAccount, task: _Task, cover: Cover, attempt: Attempt | None
) -> Difference | str:
    billed, booked = task.billed_micros, task.booked_micros
    if billed == booked:
        return "matched"
    if not task.lines:
        return _unbilled(account, task, cover)
    if not task.booked:
        if attempt and attempt.state in RUNNING:
            return "running"  # its task is about to be known, and is booked at its end
        doubtful = attempt is not None and attempt.state == AttemptState.UNKNOWN
        kind = Finding.UNKNOWN_BILLED if doubtful else Finding.NOT_OURS
        return _difference(account, task, kind, attempt=attempt)
    return _difference(account, task, _mismatch(task))


def _mismatch(task: _Task) -> Finding:
    charges = [line for line in task.lines if line.micros > 0]
    if len(charges) > 1:
        return Finding.DOUBLE
    if any(line.micros < 0 for line in task.lines):
        return Finding.REFUND
    return Finding.WRONG_PRICE


def _unbilled(account: ProviderAccount, task: _Task, cover: Cover) -> Difference | str:
    at = min(row.created_at for row in task.booked)
    return still_missing(cover, at) or _difference(account, task, Finding.NOT_BILLED)


def _difference(
    account: ProviderAccount, task: _Task, kind: Finding, *, attempt: Attempt | None = None
) -> Difference:
    line = task.lines[-1] if task.lines else None
    row = task.booked[0] if task.booked else None
    known = row or (_booked_by(attempt) if attempt else None)
    day = line.day if line else row.created_at.astimezone(UTC).date() if row else date.min
    return Difference(
        subject=f"{account.pk}:{task.task_id}:{task.billed_micros}:{task.booked_micros}",
        kind=kind,
        account_id=account.pk,
        provider=account.provider,
        day=day,
        billed=task.billed_micros,
        booked=task.booked_micros,
        task_id=task.task_id,
        model=(line.model if line else "") or (known.model if known else ""),
        client_ref=line.client_ref if line else "",
        line_id=line.pk if line else None,
        attempt_id=known.attempt_id if known else None,
        job_uid=known.job_uid if known else "",
    )


def _booked_by(attempt: Attempt) -> _Booked:
    """What a booking of this attempt would tell."""
    return _Booked(0, attempt.created_at, attempt.pk, attempt.model, attempt.job.uid)
