"""The one writer of the ledger. Every function runs inside its caller's transaction."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from generation.choices import LineKind
from generation.many_rows import insert, insert_plain, insert_unread
from generation.models import Attempt, Job, LedgerBudget, LedgerLine
from generation.money import budgets, rollups
from generation.one_trip import OneTrip
from providers.types import VendorCost

PERIOD = "budget_links__period_id"
HOLD = ("attempt_id", "held_delta", PERIOD)
_ATTEMPT_COSTS = "UPDATE generation_attempt SET cost_micros = coalesce(cost_micros, 0) + %s"
_JOB_COSTS = "UPDATE generation_job SET cost_micros = cost_micros + %s"


@dataclass(frozen=True, kw_only=True)
class Move:
    """What a line says beside whose it is: micro-dollars by which held and spent change."""

    kind: LineKind
    held: int = 0
    spent: int = 0
    task_id: str = ""
    vendor: VendorCost | None = None
    provisional: bool = False
    reason: str = ""


Entry = tuple[Attempt, Job, Move]


@dataclass(frozen=True, kw_only=True)
class Held:
    """Micro-dollars, and the periods, by rising id, that they are held in."""

    micros: int
    period_ids: list[int]


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
    fields = _fields(attempt, job, Move(kind=LineKind.HOLD, held=attempt.max_micros))
    del fields["job"], fields["attempt"]
    return {**fields, "job_id": job.pk, "attempt_id": attempt.pk, "created_at": at}


def release(attempt: Attempt, job: Job, *, reason: str) -> LedgerLine:
    """Give the hold back: proven that nothing was made and nothing is charged."""
    return _alone((attempt, job, Move(kind=LineKind.RELEASE, reason=reason)))


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
    cost = Move(
        kind=LineKind.SETTLE,
        spent=micros,
        task_id=task_id,
        vendor=vendor,
        provisional=provisional,
        reason=reason,
    )
    return _alone((attempt, job, cost))


def resolve_all(entries: Sequence[Entry], trip: OneTrip) -> list[LedgerLine]:
    """Turn the hold of each attempt into what its release or settlement says, each budget by one
    update for their sum. What nobody reads an answer of goes on `trip`, which the caller sends in
    the same transaction.

    Raises LedgerLine.DoesNotExist for an attempt that holds nothing.
    """
    holds = _holds_of([attempt.pk for attempt, _, _ in entries])
    freed = [(a, job, replace(move, held=-holds[a.pk].micros)) for a, job, move in entries]
    lines = insert([LedgerLine(**_fields(*entry)) for entry in freed])
    periods = [holds[attempt.pk].period_ids for attempt, _, _ in entries]
    _follow(lines, freed, periods, trip)
    _add_to_jobs([entry for entry in freed if entry[2].kind == LineKind.SETTLE], trip)
    return lines


def charge(
    attempt: Attempt, job: Job, *, micros: int, task_id: str, vendor: VendorCost | None, reason: str
) -> LedgerLine:
    """Book a task that turned up after its attempt had been resolved."""
    late = Move(kind=LineKind.CHARGE, spent=micros, task_id=task_id, vendor=vendor, reason=reason)
    return _book(attempt, job, late)


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
    other = Move(kind=LineKind.ADJUST, spent=micros, task_id=task_id, reason=reason)
    return _book(attempt, job, other, statement_line=statement_line, for_month=for_month)


def adopt(attempt: Attempt, job: Job) -> None:
    """Hold and release one micro-dollar for a task that we never asked for, so that its attempt
    keeps the same rules as any other. Never refused: the two lines leave every budget as it is.
    """
    periods = [budgets.applying(job, provider=attempt.provider)] * 2
    taken = Move(kind=LineKind.HOLD, held=1)
    back = Move(kind=LineKind.RELEASE, held=-1, reason=attempt.reason)
    entries = [(attempt, job, taken), (attempt, job, back)]
    trip = OneTrip()
    lines = insert([LedgerLine(**_fields(*entry)) for entry in entries])
    _follow(lines, entries, periods, trip)
    trip.send()


def _alone(entry: Entry) -> LedgerLine:
    trip = OneTrip()
    [line] = resolve_all([entry], trip)
    trip.send()
    return line


def _book(attempt: Attempt, job: Job, move: Move, **more: Any) -> LedgerLine:
    """A cost beside what was held; it moves the same periods as the hold did."""
    entry, trip = (attempt, job, move), OneTrip()
    periods = [_holds_of([attempt.pk])[attempt.pk].period_ids]
    lines = insert([LedgerLine(**_fields(*entry), **more)])
    _follow(lines, [entry], periods, trip)
    _add_to_jobs([entry], trip)
    trip.send()
    return lines[0]


def _follow(
    lines: Sequence[LedgerLine],
    entries: Sequence[Entry],
    periods: Sequence[list[int]],
    trip: OneTrip,
) -> None:
    """What new lines make of their budgets and of the sums of their day."""
    links = [
        {"line_id": line.pk, "period_id": period_id}
        for line, period_ids in zip(lines, periods, strict=True)
        for period_id in period_ids
    ]
    insert_unread(LedgerBudget, links, trip)
    rollups.add([(line, a, job) for line, (a, job, _) in zip(lines, entries, strict=True)], trip)
    totals: dict[int, tuple[int, int]] = {}
    for (_, _, move), period_ids in zip(entries, periods, strict=True):
        for period_id in period_ids:
            held, spent = totals.get(period_id, (0, 0))
            totals[period_id] = (held + move.held, spent + move.spent)
    budgets.move(totals, trip)


def _fields(attempt: Attempt, job: Job, move: Move) -> dict[str, Any]:
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
        "task_id": move.task_id,
        "kind": move.kind,
        "held_delta": move.held,
        "spent_delta": move.spent,
        "native_amount": move.vendor.native_amount if move.vendor else "",
        "native_unit": move.vendor.native_unit if move.vendor else "",
        "provisional": move.provisional,
        "reason": move.reason[:200],
    }


def _holds_of(attempt_ids: Collection[int]) -> dict[int, Held]:
    """What the attempts hold. Raises LedgerLine.DoesNotExist where one holds nothing."""
    holds = LedgerLine.objects.filter(attempt__in=attempt_ids, kind=LineKind.HOLD)
    found: dict[int, Held] = {}
    for pk, micros, period_id in holds.order_by(PERIOD).values_list(*HOLD):
        held = found.setdefault(pk, Held(micros=micros, period_ids=[]))
        if period_id is not None:
            held.period_ids.append(period_id)
    if none := sorted(set(attempt_ids) - found.keys()):
        raise LedgerLine.DoesNotExist(f"Attempt {none[0]} holds nothing.")
    return found


def _add_to_jobs(entries: Sequence[Entry], trip: OneTrip) -> None:
    """Each cost to its attempt and its job: one statement for all that cost the same."""
    of_attempts: dict[int, int] = defaultdict(int)
    of_jobs: dict[int, int] = defaultdict(int)
    for attempt, job, move in entries:
        of_attempts[attempt.pk] += move.spent
        of_jobs[job.pk] += move.spent
    for text, costs in ((_ATTEMPT_COSTS, of_attempts), (_JOB_COSTS, of_jobs)):
        alike: dict[int, list[int]] = defaultdict(list)
        for pk, micros in costs.items():
            alike[micros].append(pk)
        for micros, ids in sorted(alike.items()):
            marks = ", ".join(["%s"] * len(ids))
            trip.add(f"{text} WHERE id IN ({marks})", [micros, *sorted(ids)])
