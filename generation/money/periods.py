"""Which days a budget's current period covers, and its row, made on first use.

Days are those of the workspace's time zone, by the database's clock.
"""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from generation import clock
from generation.models import Budget, BudgetPeriod, PeriodKind
from generation.money import shares


@dataclass(frozen=True, kw_only=True)
class Window:
    """From the first day to the last one, both included; without `ends_on` for ever."""

    starts_on: date
    ends_on: date | None


def zone_named(name: str) -> ZoneInfo:
    """The time zone, or UTC where the name is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def today_in(zone: ZoneInfo) -> date:
    return clock.now().astimezone(zone).date()


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a budget says of its days."""

    period: str
    starts_on: date
    ends_on: date | None


def window(budget: Budget | Terms, *, on: date) -> Window | None:
    """The period that covers the day; None before the budget begins and after it has ended."""
    if on < budget.starts_on or (budget.ends_on is not None and on > budget.ends_on):
        return None
    if budget.period != PeriodKind.MONTHLY:
        return Window(starts_on=budget.starts_on, ends_on=budget.ends_on)
    last = calendar.monthrange(on.year, on.month)[1]
    return Window(starts_on=on.replace(day=1), ends_on=on.replace(day=last))


def bounds(period: BudgetPeriod, *, zone: ZoneInfo) -> tuple[datetime, datetime | None]:
    """The moments at which the period begins and at which it is over."""
    begins = datetime.combine(period.starts_on, time.min, zone)
    if period.ends_on is None:
        return begins, None
    return begins, datetime.combine(period.ends_on + timedelta(days=1), time.min, zone)


def current(budget: Budget) -> BudgetPeriod | None:
    """The row of the running period if there is one already. Reads only."""
    span = window(budget, on=today_in(zone_named(budget.workspace.time_zone)))
    if span is None:
        return None
    return BudgetPeriod.objects.filter(budget=budget, starts_on=span.starts_on).first()


def ensure(budget_ids: Iterable[int]) -> dict[int, int]:
    """The ids of the running periods by budget, made where they are missing.

    Call it inside a transaction. The budget's row is locked first, so that a limit that is
    being changed just now is either seen here or finds the new row there; and of two first
    purchases at once the second waits and finds the row of the first. A key lock would do too
    much: every new period's reference would wait for it.
    """
    found: dict[int, int] = {}
    locked = Budget.objects.select_for_update(of=("self",), no_key=True).select_related("workspace")
    for budget in locked.filter(pk__in=sorted(budget_ids)).order_by("pk"):
        span = window(budget, on=today_in(zone_named(budget.workspace.time_zone)))
        if span is None:
            continue
        row = BudgetPeriod.objects.filter(budget=budget, starts_on=span.starts_on).first()
        if row is None:
            row = _fresh(budget, span)
            row.save(force_insert=True)
        found[budget.pk] = row.pk
    return found


def _fresh(budget: Budget, span: Window) -> BudgetPeriod:
    return BudgetPeriod(
        workspace_id=budget.workspace_id,
        mode=budget.mode,
        budget=budget,
        starts_on=span.starts_on,
        ends_on=span.ends_on,
        hard=budget.hard,
        limit_micros=budget.limit_micros,
        next_alert_micros=shares.next_line(budget.alert_shares, limit=budget.limit_micros, used=0),
    )
