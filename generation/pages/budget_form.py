"""The forms that make and change a budget: what was typed, kept as text, and what it means."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import QueryDict

from generation.asks import Refused
from generation.models import Budget, BudgetKind, PeriodKind
from generation.money.budget_terms import MOST_MICROS, BudgetAsk
from generation.pages.form import Wrong
from providers.micros import decimal_from_micros, micros_from_decimal

# Where the terms' names for their fields differ from the form's.
FIELDS = {"alert_shares": "shares", "limit_micros": "limit"}
TARGETS = {BudgetKind.CENTRE: "centre", BudgetKind.API_KEY: "api_key"}


@dataclass(frozen=True, kw_only=True)
class Typed:
    """The fields as text, so that nothing typed is ever lost."""

    name: str = ""
    kind: str = BudgetKind.WORKSPACE
    centre: str = ""
    provider: str = ""
    api_key: str = ""
    limit: str = ""
    period: str = PeriodKind.MONTHLY
    starts_on: str = ""
    ends_on: str = ""
    hard: str = "hard"
    shares: str = "50, 80, 100"
    active: str = "on"
    reason: str = ""


def typed_from(data: QueryDict) -> Typed:
    names = set(Typed.__dataclass_fields__)
    return Typed(**{name: data.get(name, "")[:2000] for name in names if name in data})


def typed_of(budget: Budget) -> Typed:
    """The form that changes a budget, as it stands."""
    return Typed(
        name=budget.name,
        limit=plain_dollars(budget.limit_micros),
        hard="hard" if budget.hard else "soft",
        shares=", ".join(map(str, budget.alert_shares)),
        active="on" if budget.active else "off",
    )


def plain_dollars(micros: int) -> str:
    """As one types it: "250", "99.50", "0.000001"."""
    amount = f"{decimal_from_micros(micros):.6f}".rstrip("0")
    whole, _, places = amount.partition(".")
    return f"{whole}.{places.ljust(2, '0')}" if places else whole


def read_ask(typed: Typed) -> BudgetAsk:
    """The budget that was typed. Raises Wrong with every field at fault."""
    limit, shares, errors = _terms(typed)
    days: dict[str, date | None] = {"starts_on": None, "ends_on": None}
    if typed.kind not in BudgetKind.values:
        errors["kind"] = "Choose what the budget limits."
    if typed.period not in PeriodKind.values:
        errors["period"] = "Choose how long it holds."
    if typed.period == PeriodKind.CUSTOM:
        for name in days:
            days[name] = _day(getattr(typed, name))
            if days[name] is None:
                errors[name] = "Write a day such as 2026-11-30."
    if errors:
        raise Wrong(errors)
    return BudgetAsk(
        name=typed.name,
        kind=typed.kind,
        target=_target(typed),
        limit_micros=limit or 0,
        period=typed.period,
        hard=typed.hard == "hard",
        alert_shares=shares or [],
        reason=typed.reason,
        **days,
    )


def read_changes(typed: Typed) -> dict[str, Any]:
    """The terms that were typed. Raises Wrong with every field at fault."""
    limit, shares, errors = _terms(typed)
    if errors:
        raise Wrong(errors)
    return {
        "name": typed.name,
        "limit_micros": limit,
        "hard": typed.hard == "hard",
        "alert_shares": shares,
        "active": typed.active != "off",
    }


def micros_typed(text: str) -> int | None:
    """Micro-dollars of a typed limit; None where it is none."""
    try:
        amount = Decimal(text.strip().removeprefix("$").replace(",", ""))
    except InvalidOperation:
        return None
    if not amount.is_finite() or amount < 0 or amount > MOST_MICROS // 1_000_000:
        return None
    return micros_from_decimal(amount)


def wrong_of(refused: Refused, typed: Typed) -> Wrong:
    """A refusal at the form's own field."""
    field = FIELDS.get(refused.field, refused.field)
    if field == "target":
        field = TARGETS.get(BudgetKind(typed.kind), "provider")
    return Wrong({field: refused.message})


def _terms(typed: Typed) -> tuple[int | None, list[int] | None, dict[str, str]]:
    errors: dict[str, str] = {}
    limit = micros_typed(typed.limit)
    if limit is None:
        errors["limit"] = "Write an amount in dollars, such as 250 or 99.50."
    shares = _shares(typed.shares)
    if shares is None:
        errors["shares"] = "Write percentages with commas between them, such as 50, 80, 100."
    return limit, shares, errors


def _shares(text: str) -> list[int] | None:
    words = [word for word in re.split(r"[,;\s%]+", text.strip()) if word]
    if not all(word.isascii() and word.isdigit() and len(word) < 5 for word in words):
        return None
    return [int(word) for word in words]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _target(typed: Typed) -> str:
    match typed.kind:
        case BudgetKind.CENTRE:
            return typed.centre
        case BudgetKind.API_KEY:
            return typed.api_key
        case BudgetKind.PROVIDER:
            return typed.provider
    return ""
