"""The one writer of the ledger. Every function runs inside its caller's transaction."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from generation.choices import LineKind
from generation.many_rows import insert_plain, insert_unread
from generation.models import Attempt, Job, LedgerBudget, LedgerLine
from generation.money import budgets, rollups
from generation.one_trip import OneTrip
from providers.types import VendorCost

PERIOD = "budget_links__period_id"


def hold(attempt: Attempt, job: Job) -> None:
    """Reserve what the attempt may cost in every budget that applies. Raises BudgetExceeded."""
    trip = OneTrip()
    hold_all([(attempt, job)], trip)
    trip.send()


def hold_all(pairs: Sequence[tuple[Attempt, Job]], trip: OneTrip) -> None:
    """Reserve for many attempts at once, each budget by one update for their sum. What follows
    from the lines goes on `trip`, which the caller sends in the same transaction.

    Raises BudgetExceeded when any budget refuses; the caller's transaction then undoes all.
    """
    applying: dict[tuple[int, str], list[int]] = {}
    totals: dict[int, int] = defaultdict(int)
    for attempt, job in pairs:
        key = (job.cost_centre_id, attempt.provider)
        if key not in applying:
            applying[key] = budgets.applying(job, provider=attempt.provider)
        for period_id in applying[key]:
            totals[period_id] += attempt.max_micros
    budgets.take_holds(totals)
    moment = timezone.now()
    keys = insert_plain(LedgerLine, [_held(attempt, job, at=moment) for attempt, job in pairs])
    links = [
        {"line_id": key, "period_id": period_id}
        for key, (attempt, job) in zip(keys, pairs, strict=True)
        for period_id in applying[job.cost_centre_id, attempt.provider]
    ]
    insert_unread(LedgerBudget, links, trip)
    rollups.add_holds(pairs, trip, at=moment)


def _held(attempt: Attempt, job: Job, *, at: datetime) -> dict[str, Any]:
    fields = _fields(attempt, job, LineKind.HOLD, held=attempt.max_micros, spent=0)
    del fields["job"], fields["attempt"]
    return {**fields, "job_id": job.pk, "attempt_id": attempt.pk, "created_at": at}


def release(attempt: Attempt, job: Job, *, reason: str) -> LedgerLine:
    """Give the hold back: proven that nothing was made and nothing is charged."""
    return _resolve(attempt, job, LineKind.RELEASE, spent=0, reason=reason)


def settle(
    attempt: Attempt,
    job: Job,
    *,
    micros: int,
    task_id: str,
    vendor: VendorCost | None = None,
    provisional: bool = False,
    reason: str = "",
) -> LedgerLine:
    """Turn the hold into the cost, which may be nothing and may be more than was held."""
    line = _resolve(
        attempt,
        job,
        LineKind.SETTLE,
        spent=micros,
        task_id=task_id,
        vendor=vendor,
        provisional=provisional,
        reason=reason,
    )
    _add_to_job(attempt, job, micros)
    return line


def charge(
    attempt: Attempt, job: Job, *, micros: int, task_id: str, vendor: VendorCost | None, reason: str
) -> LedgerLine:
    """Book a task that turned up after its attempt had been resolved."""
    line = _write(
        attempt,
        job,
        LineKind.CHARGE,
        _period_ids(attempt),
        held=0,
        spent=micros,
        task_id=task_id,
        vendor=vendor,
        reason=reason,
    )
    budgets.move(_period_ids(attempt), held=0, spent=micros)
    _add_to_job(attempt, job, micros)
    return line


def adjust(
    attempt: Attempt,
    job: Job,
    *,
    micros: int,
    statement_line: str,
    task_id: str,
    reason: str,
    for_month: date | None = None,
) -> LedgerLine:
    """Correct a cost by a vendor's bill, either way. `statement_line` names the bill's line and
    can be used once; `for_month` is the closed month that the correction belongs to."""
    period_ids = _period_ids(attempt)
    line = _line(
        attempt, job, LineKind.ADJUST, held=0, spent=micros, task_id=task_id, reason=reason
    )
    line.statement_line, line.for_month = statement_line, for_month
    _save(line, attempt, job, period_ids)
    budgets.move(period_ids, held=0, spent=micros)
    _add_to_job(attempt, job, micros)
    return line


def adopt(attempt: Attempt, job: Job) -> None:
    """Hold and release one micro-dollar for a task that we never asked for, so that its attempt
    keeps the same rules as any other. Never refused: the two lines leave every budget as it is.
    """
    period_ids = budgets.applying(job, provider=attempt.provider)
    hold = _line(attempt, job, LineKind.HOLD, held=1, spent=0)
    back = _line(attempt, job, LineKind.RELEASE, held=-1, spent=0, reason=attempt.reason)
    _save(hold, attempt, job, period_ids)
    _save(back, attempt, job, period_ids)


def _resolve(
    attempt: Attempt,
    job: Job,
    kind: LineKind,
    *,
    spent: int,
    task_id: str = "",
    vendor: VendorCost | None = None,
    provisional: bool = False,
    reason: str = "",
) -> LedgerLine:
    held, period_ids = _held_of(attempt)
    line = _write(
        attempt,
        job,
        kind,
        period_ids,
        held=-held,
        spent=spent,
        task_id=task_id,
        vendor=vendor,
        provisional=provisional,
        reason=reason,
    )
    budgets.move(period_ids, held=-held, spent=spent)
    return line


def _write(
    attempt: Attempt,
    job: Job,
    kind: LineKind,
    period_ids: list[int],
    *,
    held: int,
    spent: int,
    task_id: str = "",
    vendor: VendorCost | None = None,
    provisional: bool = False,
    reason: str = "",
) -> LedgerLine:
    line = _line(
        attempt,
        job,
        kind,
        held=held,
        spent=spent,
        task_id=task_id,
        vendor=vendor,
        provisional=provisional,
        reason=reason,
    )
    _save(line, attempt, job, period_ids)
    return line


def _save(line: LedgerLine, attempt: Attempt, job: Job, period_ids: list[int]) -> None:
    line.save(force_insert=True)
    trip = OneTrip()
    links = [{"line_id": line.pk, "period_id": period_id} for period_id in period_ids]
    insert_unread(LedgerBudget, links, trip)
    rollups.add([(line, attempt, job)], trip)
    trip.send()


def _line(
    attempt: Attempt,
    job: Job,
    kind: LineKind,
    *,
    held: int,
    spent: int,
    task_id: str = "",
    vendor: VendorCost | None = None,
    provisional: bool = False,
    reason: str = "",
) -> LedgerLine:
    return LedgerLine(
        **_fields(
            attempt,
            job,
            kind,
            held=held,
            spent=spent,
            task_id=task_id,
            vendor=vendor,
            provisional=provisional,
            reason=reason,
        )
    )


def _fields(
    attempt: Attempt,
    job: Job,
    kind: LineKind,
    *,
    held: int,
    spent: int,
    task_id: str = "",
    vendor: VendorCost | None = None,
    provisional: bool = False,
    reason: str = "",
) -> dict[str, Any]:
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("The ledger is written inside the transaction of its cause only.")
    return {
        "workspace_id": job.workspace_id,
        "mode": job.mode,
        "cost_centre_id": job.cost_centre_id,
        "account_id": attempt.account_id,
        "price_row_id": attempt.price_row_id,
        "job": job,
        "attempt": attempt,
        "task_id": task_id,
        "kind": kind,
        "held_delta": held,
        "spent_delta": spent,
        "native_amount": vendor.native_amount if vendor else "",
        "native_unit": vendor.native_unit if vendor else "",
        "provisional": provisional,
        "reason": reason[:200],
    }


def _held_of(attempt: Attempt) -> tuple[int, list[int]]:
    """What the attempt holds, and the periods that its hold fell under. Raises DoesNotExist."""
    hold = LedgerLine.objects.filter(attempt=attempt, kind=LineKind.HOLD)
    rows = list(hold.order_by(PERIOD).values_list("held_delta", PERIOD))
    if not rows:
        raise LedgerLine.DoesNotExist(f"Attempt {attempt.pk} holds nothing.")
    return rows[0][0], [period_id for _, period_id in rows if period_id is not None]


def _period_ids(attempt: Attempt) -> list[int]:
    """The periods that the attempt's hold fell under; its resolution moves the same ones."""
    links = LedgerBudget.objects.filter(line__attempt=attempt, line__kind=LineKind.HOLD)
    return list(links.order_by("period_id").values_list("period_id", flat=True))


def _add_to_job(attempt: Attempt, job: Job, micros: int) -> None:
    Attempt.objects.filter(pk=attempt.pk).update(
        cost_micros=micros if attempt.cost_micros is None else attempt.cost_micros + micros
    )
    Job.objects.filter(pk=job.pk).update(cost_micros=F("cost_micros") + micros)
