"""Budgets as the API tells them, in dollars."""

from typing import Any, TypedDict

from accounts.models import AuditEntry
from generation.api.answers.plain import in_dollars, moment, money
from generation.models import Budget, BudgetAlert, BudgetPeriod
from generation.money.budget_preview import Preview
from generation.money.budget_views import BudgetView
from generation.money.pricing import as_json_number


class BudgetAnswer(TypedDict):
    """How much may be spent, is held for running work, and is spent in the running period.

    A hard budget refuses what does not fit. `period_end` is the last day. `forecast` is
    spent + held + spent per day so far × days left; null for a period without an end.
    """

    budget_id: str
    name: str
    kind: str
    target: str | None
    applies_to: str | None
    period: str
    period_start: str | None
    period_end: str | None
    hard: bool
    active: bool
    alert_shares: list[int]
    currency: str
    limit: float
    held: float
    spent: float
    left: float
    forecast: float | None


class AlertAnswer(TypedDict):
    """The period came to this percentage of its limit."""

    at: str | None
    share: int
    period_start: str
    limit: float
    used: float


class PeriodAnswer(TypedDict):
    """One period, with the limit that it ended with."""

    period_start: str
    period_end: str | None
    limit: float
    held: float
    spent: float


class ChangeAnswer(TypedDict):
    """One entry of the history: who changed what, and why."""

    at: str | None
    action: str
    by: str | None
    reason: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class BudgetDetail(BudgetAnswer):
    """A budget with its alerts, its periods and its history, newest first."""

    alerts: list[AlertAnswer]
    periods: list[PeriodAnswer]
    history: list[ChangeAnswer]


class PreviewAnswer(TypedDict):
    """What a limit would have stopped today. Work that is held already goes on."""

    limit: float
    used: float
    left: float
    going_on: float
    stops_new_work: bool
    blocked_today: int
    blocked_today_amount: float
    blocked_jobs: list[str]


def budget_answer(view: BudgetView) -> BudgetAnswer:
    """A budget with its cost centre and API key at hand."""
    budget = view.budget
    ends_on = view.window.ends_on if view.window else budget.ends_on
    starts_on = view.window.starts_on if view.window else budget.starts_on
    return {
        "budget_id": budget.uid,
        "name": budget.name,
        "kind": budget.kind,
        "target": _target(budget),
        "applies_to": _applies_to(budget),
        "period": budget.period,
        "period_start": starts_on.isoformat(),
        "period_end": ends_on.isoformat() if ends_on else None,
        "hard": budget.hard,
        "active": budget.active,
        "alert_shares": list(budget.alert_shares),
        "currency": "USD",
        "limit": as_json_number(view.limit_micros),
        "held": as_json_number(view.held_micros),
        "spent": as_json_number(view.spent_micros),
        "left": as_json_number(view.left_micros),
        "forecast": money(view.forecast_micros),
    }


def budget_detail(
    view: BudgetView,
    *,
    alerts: list[BudgetAlert],
    periods: list[BudgetPeriod],
    history: list[AuditEntry],
) -> BudgetDetail:
    return {
        **budget_answer(view),
        "alerts": [_alert(one) for one in alerts],
        "periods": [_period(one) for one in periods],
        "history": [_change(one) for one in history],
    }


def preview_answer(told: Preview) -> PreviewAnswer:
    return {
        "limit": as_json_number(told.limit_micros),
        "used": as_json_number(told.used_micros),
        "left": as_json_number(told.left_micros),
        "going_on": as_json_number(told.going_on_micros),
        "stops_new_work": told.stops_new_work,
        "blocked_today": told.blocked,
        "blocked_today_amount": as_json_number(told.blocked_micros),
        "blocked_jobs": list(told.jobs),
    }


def _target(budget: Budget) -> str | None:
    if budget.cost_centre:
        return budget.cost_centre.uid
    return budget.api_key.key_id if budget.api_key else budget.provider or None


def _applies_to(budget: Budget) -> str | None:
    targets = [budget.provider, budget.cost_centre, budget.api_key]
    return next((str(target) for target in targets if target), None)


def _alert(alert: BudgetAlert) -> AlertAnswer:
    return {
        "at": moment(alert.at),
        "share": alert.share,
        "period_start": alert.period.starts_on.isoformat(),
        "limit": as_json_number(alert.limit_micros),
        "used": as_json_number(alert.used_micros),
    }


def _period(period: BudgetPeriod) -> PeriodAnswer:
    return {
        "period_start": period.starts_on.isoformat(),
        "period_end": period.ends_on.isoformat() if period.ends_on else None,
        "limit": as_json_number(period.limit_micros),
        "held": as_json_number(period.held_micros),
        "spent": as_json_number(period.spent_micros),
    }


def _change(entry: AuditEntry) -> ChangeAnswer:
    return {
        "at": moment(entry.at),
        "action": entry.action,
        "by": entry.user.get_username() if entry.user else None,
        "reason": entry.reason,
        "before": in_dollars(entry.before),
        "after": in_dollars(entry.after),
    }
