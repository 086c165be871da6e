"""What a new limit would have stopped today: the day's holds, played again under it."""

from dataclasses import dataclass
from datetime import datetime, time

from django.db.models import Sum

from generation.choices import LineKind
from generation.models import Budget, BudgetPeriod, LedgerLine
from generation.money import periods

SHOWN = 20


@dataclass(frozen=True, kw_only=True)
class Preview:
    """Micro-dollars and counts. `blocked` are today's clips that would have been refused, and
    `jobs` the first of their ids. What is held already goes on under any limit."""

    limit_micros: int
    used_micros: int
    left_micros: int
    going_on_micros: int
    blocked: int
    blocked_micros: int
    jobs: tuple[str, ...]

    @property
    def stops_new_work(self) -> bool:
        return self.left_micros <= 0


def preview(budget: Budget, *, limit_micros: int, hard: bool) -> Preview:
    """Play today's holds again in their order under `limit_micros`. Reads only.

    A hold that does not fit counts as refused, and so does nothing else of its attempt. Today
    is the workspace's own day. A soft limit refuses nothing.
    """
    period = periods.current(budget)
    if period is None:
        return _unused(limit_micros)
    refused = _refused(budget, period, limit_micros=limit_micros) if hard else []
    return Preview(
        limit_micros=limit_micros,
        used_micros=period.used_micros,
        left_micros=limit_micros - period.used_micros,
        going_on_micros=period.held_micros,
        blocked=len(refused),
        blocked_micros=sum(micros for _, micros in refused),
        jobs=tuple(dict.fromkeys(job for job, _ in refused))[:SHOWN],
    )


def _unused(limit_micros: int) -> Preview:
    return Preview(
        limit_micros=limit_micros,
        used_micros=0,
        left_micros=limit_micros,
        going_on_micros=0,
        blocked=0,
        blocked_micros=0,
        jobs=(),
    )


def _refused(budget: Budget, period: BudgetPeriod, *, limit_micros: int) -> list[tuple[str, int]]:
    """(job, micro-dollars) of each hold of today that would not have fitted."""
    zone = periods.zone_named(budget.workspace.time_zone)
    midnight = datetime.combine(periods.today_in(zone), time.min, zone)
    lines = LedgerLine.objects.filter(budget_links__period=period)
    before = lines.filter(created_at__lt=midnight).aggregate(
        held=Sum("held_delta"), spent=Sum("spent_delta")
    )
    used = (before["held"] or 0) + (before["spent"] or 0)
    refused: list[tuple[str, int]] = []
    never: set[int] = set()
    today = lines.filter(created_at__gte=midnight).order_by("pk")
    fields = ("kind", "attempt_id", "held_delta", "spent_delta", "job__uid")
    for kind, attempt, held, spent, job in today.values_list(*fields).iterator():
        if kind == LineKind.HOLD and used + held > limit_micros:
            refused.append((job, held))
            never.add(attempt)
        elif attempt not in never:
            used += held + spent
    return refused
