"""Runway's usage report: credits by UTC day and model, without any task ids."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from providers.adapters.runway_answers import MICROS_PER_CREDIT, PROVIDER
from providers.errors import Unavailable


@dataclass(frozen=True, kw_only=True)
class UsageDay:
    """One model's sum of one UTC day, in micro-dollars; negative where refunds weigh more."""

    day: date
    model: str
    micros: int
    native_amount: str
    native_unit: str


def usage_days(body: Mapping[str, Any]) -> tuple[UsageDay, ...]:
    """The report's rows. Raises Unavailable for a report that cannot be read as a whole,
    because half a bill proves nothing."""
    try:
        return tuple(
            _row(day, used)
            for result in body["results"]
            for day in [date.fromisoformat(result["date"])]
            for used in result["usedCredits"]
        )
    except (KeyError, TypeError, ValueError, InvalidOperation) as odd:
        raise Unavailable("Runway's usage report cannot be read.", provider=PROVIDER) from odd


def _row(day: date, used: Mapping[str, Any]) -> UsageDay:
    credits_told = used["amount"]
    if isinstance(credits_told, bool) or not isinstance(credits_told, int | float):
        raise TypeError("an amount of credits must be a number")
    micros = Decimal(str(credits_told)) * MICROS_PER_CREDIT
    return UsageDay(
        day=day,
        model=str(used["model"]),
        micros=int(micros.to_integral_value()),
        native_amount=str(credits_told),
        native_unit="credit",
    )
