"""What one client has cost and what it pays for it, for any days: one report for page and API.

Everything comes out of sums that are kept; nothing here goes through jobs or lines.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from accounts.access import Access
from generation import clock
from generation.models import BudgetKind, CostCentre
from generation.money.asked import span_from
from generation.money.budget_views import BudgetView, mine, views
from generation.money.forecast import ahead_micros
from generation.money.funnel import Funnel, funnel
from generation.money.insight import Outcome, Scope, Spent, outcome, spend
from generation.money.not_known import NotKnown, not_known
from generation.money.pace import Pace, pace
from generation.money.report_span import Span, month_of, months_before, today_in, zone_of
from generation.money.reports_ledger import LineFilter, sums_of
from generation.money.statement_work import ClientWork
from generation.money.statements_issued import months
from generation.money.statements_out import ClientStatement, Margin

PARTS = ("campaign", "model", "person")
MOST_BUDGETS = 30
MOST_MONTHS = 12


@dataclass(frozen=True, kw_only=True)
class BilledMonth:
    """A month of the report as the client is told it, and what is left of it for us."""

    told: ClientStatement
    margin: Margin | None


@dataclass(frozen=True, kw_only=True)
class ClientCosts:
    """Micro-dollars. `held` is what is held now, whatever the days; `forecast` is None where the
    days are over. `limit` is the tightest budget of the client for exactly these days.

    `billed` is None for whom it is not: the newest months of the days otherwise.
    """

    scope: Scope
    client: CostCentre
    total: Outcome
    held: int
    forecast: int | None
    limit: BudgetView | None
    budgets: tuple[BudgetView, ...]
    pace: Pace
    passed: Funnel
    not_known: tuple[NotKnown, ...]
    parts: dict[str, list[Spent]]
    billed: tuple[BilledMonth, ...] | None


def days_from(access: Access, *, first: date | None, last: date | None) -> Span:
    """The days asked about; the whole running month where none are. Raises Refused."""
    zone = zone_of(access.workspace_id)
    month = month_of(today_in(zone, now=clock.now()), zone=zone)
    return span_from(access, first=first, last=last or (month.last if first is None else None))


def client_costs(access: Access, client: CostCentre, *, span: Span) -> ClientCosts:
    scope = Scope(access=access, span=span, client=client)
    total, passed = outcome(scope), funnel(scope)
    held = sums_of(access, LineFilter(centre=client.uid)).held
    forecast = None
    if clock.now() < span.ends:
        forecast = ahead_micros(
            spent=total.spent_micros, held=held, begins=span.starts, ends=span.ends
        )
    budgets = _budgets(access, client)
    limit = _limit_of(budgets, client, span)
    return ClientCosts(
        scope=scope,
        client=client,
        total=total,
        held=held,
        forecast=forecast,
        limit=limit,
        budgets=budgets,
        pace=_pace(scope, total, held=held, forecast=forecast, limit=limit),
        passed=passed,
        not_known=not_known(scope, passed),
        parts={by: spend(scope, by=by) for by in PARTS},
        billed=_billed(scope, client) if may_see_billed(access) else None,
    )


def may_see_billed(access: Access) -> bool:
    """Who may read the client's statement and our costs may read both side by side."""
    return access.may("campaigns:read") and access.may("costs:read")


def _budgets(access: Access, client: CostCentre) -> tuple[BudgetView, ...]:
    """Those of the client and of what lies below it that run today, the client's own first."""
    if not access.may("budgets:read"):
        return ()
    rows = mine(access).filter(
        kind=BudgetKind.CENTRE, active=True, cost_centre__path__startswith=client.path
    )
    found = [view for view in views(rows.order_by("-pk")[:MOST_BUDGETS]) if view.window]
    return tuple(sorted(found, key=lambda view: view.budget.cost_centre_id != client.pk))


def _limit_of(budgets: Sequence[BudgetView], client: CostCentre, span: Span) -> BudgetView | None:
    fits = [
        view
        for view in budgets
        if view.budget.cost_centre_id == client.pk
        and view.window is not None
        and (view.window.starts_on, view.window.ends_on) == (span.first, span.last)
    ]
    return min(fits, key=lambda view: view.left_micros, default=None)


def _pace(
    scope: Scope, total: Outcome, *, held: int, forecast: int | None, limit: BudgetView | None
) -> Pace:
    costs = {day: micros for (_, day), micros in scope.daily("day").items()}
    return pace(
        costs,
        first=scope.span.first,
        last=scope.span.last,
        today=today_in(scope.span.zone, now=clock.now()),
        spent=total.spent_micros,
        held=held,
        forecast=forecast,
        limit=limit.limit_micros if limit else None,
    )


def _billed(scope: Scope, client: CostCentre) -> tuple[BilledMonth, ...]:
    """The months of the days that have begun, the newest first and twelve at most."""
    span = scope.span
    last = min(span.last, today_in(span.zone, now=clock.now()))
    if last < span.first:
        return ()
    first = max(span.first, months_before(last, MOST_MONTHS - 1))
    work = ClientWork(client, summed=scope.summed_days)
    told = months(work, first=first, last=last, staff=True)
    return tuple(BilledMonth(told=one, margin=margin) for one, margin in told)
