"""Budgets with their running periods, read for showing: two queries however many they are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from accounts.access import Access
from generation.models import Budget, BudgetAlert, BudgetPeriod
from generation.money import periods
from generation.money.budget_terms import MOST_SHARES
from generation.money.forecast import forecast_micros
from generation.money.periods import Window


@dataclass(frozen=True, kw_only=True)
class BudgetView:
    """A budget as it stands now. Outside its days `window` is None and nothing is used.

    `forecast_micros` is None where the period has no end.
    """

    budget: Budget
    window: Window | None
    limit_micros: int
    held_micros: int
    spent_micros: int
    forecast_micros: int | None

    @property
    def left_micros(self) -> int:
        return self.limit_micros - self.held_micros - self.spent_micros


def mine(access: Access) -> QuerySet[Budget]:
    """The workspace's budgets with what they limit at hand."""
    rows = Budget.objects.within(access)
    return rows.select_related("workspace", "cost_centre", "api_key")


def matching(rows: QuerySet[Budget], *, kind: str | None, target: str) -> QuerySet[Budget]:
    """Those of a kind, and of a client's, campaign's, batch's or key's id or a provider's name."""
    if kind:
        rows = rows.filter(kind=kind)
    if target:
        rows = rows.filter(
            Q(cost_centre__uid=target) | Q(provider=target) | Q(api_key__key_id=target)
        )
    return rows


def views(budgets: Iterable[Budget]) -> list[BudgetView]:
    """One view for each, in the same order. One query."""
    rows = list(budgets)
    windows = {budget.pk: _window(budget) for budget in rows}
    starts = {span.starts_on for span in windows.values() if span is not None}
    found = BudgetPeriod.objects.filter(budget__in=rows, starts_on__in=starts)
    known = {(period.budget_id, period.starts_on): period for period in found}
    return [_view(budget, windows[budget.pk], known) for budget in rows]


def newest_alerts(access: Access, *, most: int) -> list[BudgetAlert]:
    """The newest alerts of budgets that are switched on, for each period the last one only."""
    rows = BudgetAlert.objects.within(access).filter(period__budget__active=True)
    found = rows.select_related("period__budget").order_by("-pk")[: most * MOST_SHARES]
    newest: dict[int, BudgetAlert] = {}
    for alert in found:
        newest.setdefault(alert.period_id, alert)
    return list(newest.values())[:most]


def _window(budget: Budget) -> Window | None:
    zone = periods.zone_named(budget.workspace.time_zone)
    return periods.window(budget, on=periods.today_in(zone))


def _view(
    budget: Budget, span: Window | None, known: dict[tuple[int, date], BudgetPeriod]
) -> BudgetView:
    period = known.get((budget.pk, span.starts_on)) if span else None
    zone = periods.zone_named(budget.workspace.time_zone)
    ahead = forecast_micros(period, zone=zone) if period else None
    if period is None and span is not None and span.ends_on is not None:
        ahead = 0
    return BudgetView(
        budget=budget,
        window=span,
        limit_micros=period.limit_micros if period else budget.limit_micros,
        held_micros=period.held_micros if period else 0,
        spent_micros=period.spent_micros if period else 0,
        forecast_micros=ahead,
    )
