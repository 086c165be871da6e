"""Budgets, their history and their periods as pages show them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import AuditEntry
from generation.models import BudgetKind, BudgetPeriod
from generation.money.budget_views import BudgetView
from generation.money.report_span import span_words
from generation.pages.budget_meter import Meter, meter
from generation.wording import provider_name
from providers.micros import dollars


@dataclass(frozen=True, kw_only=True)
class BudgetRow:
    """One budget as it stands now; amounts are micro-dollars."""

    uid: str
    name: str
    limits: str
    span: str
    hard: bool
    active: bool
    running: bool
    limit_micros: int
    held_micros: int
    spent_micros: int
    left_words: str
    forecast_micros: int | None
    forecast_over: bool
    empty: bool
    meter: Meter


@dataclass(frozen=True, kw_only=True)
class PastPeriod:
    span: str
    limit_micros: int
    held_micros: int
    spent_micros: int
    meter: Meter


@dataclass(frozen=True, kw_only=True)
class Change:
    """One line of the history: who, when, what and why."""

    at: datetime
    who: str
    what: str
    reason: str


def row_of(view: BudgetView) -> BudgetRow:
    budget = view.budget
    ahead = view.forecast_micros
    first = view.window.starts_on if view.window else budget.starts_on
    last = view.window.ends_on if view.window else budget.ends_on
    return BudgetRow(
        uid=budget.uid,
        name=budget.name,
        limits=_limits(view),
        span=span_words(first, last),
        hard=budget.hard,
        active=budget.active,
        running=budget.active and view.window is not None,
        limit_micros=view.limit_micros,
        held_micros=view.held_micros,
        spent_micros=view.spent_micros,
        left_words=dollars(abs(view.left_micros)),
        forecast_micros=ahead,
        forecast_over=ahead is not None and ahead > view.limit_micros,
        empty=view.left_micros <= 0,
        meter=meter(limit=view.limit_micros, held=view.held_micros, spent=view.spent_micros),
    )


def period_of(period: BudgetPeriod) -> PastPeriod:
    money = {"limit": period.limit_micros, "held": period.held_micros, "spent": period.spent_micros}
    return PastPeriod(
        span=span_words(period.starts_on, period.ends_on),
        limit_micros=period.limit_micros,
        held_micros=period.held_micros,
        spent_micros=period.spent_micros,
        meter=meter(**money),
    )


def changes_of(entries: Iterable[AuditEntry]) -> list[Change]:
    return [
        Change(
            at=entry.at,
            who=entry.user.get_username() if entry.user else "An API key",
            what=_what(entry.before, entry.after),
            reason=entry.reason,
        )
        for entry in entries
    ]


def _limits(view: BudgetView) -> str:
    budget = view.budget
    match budget.kind:
        case BudgetKind.CENTRE if budget.cost_centre:
            return f"{budget.cost_centre.get_kind_display()} {budget.cost_centre.name}"
        case BudgetKind.PROVIDER:
            return provider_name(budget.provider)
        case BudgetKind.API_KEY if budget.api_key:
            return f"API key {budget.api_key.name}"
    return "The whole workspace"


def _what(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> str:
    """What changed, in words: "limit $100.00 → $150.00"."""
    for name, words in _ASKED.items():
        if after and name in after:
            return f"{words} {dollars(after[name])} more"
    if not before or not after:
        return f"Made with a limit of {dollars((after or {}).get('limit_micros', 0))}"
    # In the order of the names here: PostgreSQL keeps none for JSON objects.
    changed = [name for name in _NAMES if before.get(name) != after.get(name)]
    return "; ".join(
        f"{_NAMES[name]} {_told(name, before.get(name))} → {_told(name, after.get(name))}"
        for name in changed
    )


_ASKED = {"asked_micros": "Asked for", "refused_micros": "Refused"}
_NAMES = {
    "name": "Name",
    "limit_micros": "Limit",
    "hard": "Over the limit",
    "alert_shares": "Told at",
    "active": "Switched",
}
_WORDS = {
    ("hard", True): "refuse",
    ("hard", False): "go on",
    ("active", True): "on",
    ("active", False): "off",
}


def _told(name: str, value: Any) -> str:
    if name == "limit_micros":
        return dollars(value)
    if name == "alert_shares":
        return "nothing" if not value else " ".join(f"{share} %" for share in value)
    return _WORDS.get((name, value), str(value))
