"""The bodies and queries of the budgets' endpoints."""

from datetime import date
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from generation.api.bodies.queries import PageQuery
from generation.api.bodies.strict import Body, Flag, OneOf, Text, Whole
from generation.models import BudgetKind, PeriodKind
from generation.money.budget_terms import BudgetAsk
from generation.money.pricing import micros_from_decimal

FAULTS = {"invalid": "Send an amount in dollars, such as 250 or 99.50."}


class Limit(serializers.DecimalField):
    """An amount of money from nothing up, to the micro-dollar."""

    default_error_messages = {**FAULTS, "min_value": "Send 0 or more."}

    def __init__(self, **how: Any) -> None:
        super().__init__(max_digits=16, decimal_places=6, min_value=Decimal(0), **how)

    def to_internal_value(self, data: Any) -> Decimal:
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        return super().to_internal_value(data)


class LimitInQuery(Limit):
    """The same in an address, where everything is text."""

    def to_internal_value(self, data: Any) -> Decimal:
        return serializers.DecimalField.to_internal_value(self, data)


class Day(serializers.DateField):
    default_error_messages = {"invalid": "Send a day such as 2026-11-30."}


class Shares(serializers.ListField):
    child = Whole(min_value=1, max_value=1000)
    default_error_messages = {"not_a_list": "Send a list of percentages, such as [50, 80, 100]."}

    def __init__(self, **how: Any) -> None:
        super().__init__(max_length=10, **how)


class BudgetBody(Body):
    name = Text(max_length=120)
    kind = OneOf(choices=BudgetKind.values, help_text="What is limited.")
    target = Text(
        default="",
        max_length=64,
        help_text="The id of the client, campaign, batch or API key, or the provider's name.",
    )
    limit = Limit(help_text="Dollars.")
    period = OneOf(choices=PeriodKind.values, default=PeriodKind.MONTHLY)
    starts_on = Day(default=None, help_text="The first day of a custom period.")
    ends_on = Day(default=None, help_text="The last day of a custom period.")
    hard = Flag(default=True, help_text="Refuse what does not fit; else only tell people.")
    alert_shares = Shares(default=None, help_text="Percentages at which people are told.")
    reason = Text(default="", max_length=500, help_text="Kept in the history.")


class BudgetChangeBody(Body):
    name = Text(required=False, max_length=120)
    limit = Limit(required=False, help_text="Dollars, for the running period and later ones.")
    hard = Flag(required=False)
    alert_shares = Shares(required=False)
    active = Flag(required=False, help_text="false switches the budget off.")
    reason = Text(default="", max_length=500, help_text="Why; kept in the history.")


class BudgetsQuery(PageQuery):
    kind = OneOf(choices=BudgetKind.values, default=None)
    target = Text(default="", max_length=64, help_text="As in the body that makes a budget.")
    active = OneOf(choices=["true", "false"], default=None)


class PreviewQuery(Body):
    limit = LimitInQuery(help_text="Dollars.")
    hard = OneOf(choices=["true", "false"], default=None, help_text="As it is now if left out.")


def budget_ask(given: dict[str, Any]) -> BudgetAsk:
    """The budget that a body asks for."""
    starts_on: date | None = given["starts_on"]
    shares = {} if given["alert_shares"] is None else {"alert_shares": given["alert_shares"]}
    return BudgetAsk(
        name=given["name"],
        kind=given["kind"],
        target=given["target"],
        limit_micros=micros_from_decimal(given["limit"]),
        period=given["period"],
        starts_on=starts_on,
        ends_on=given["ends_on"],
        hard=given["hard"],
        reason=given["reason"],
        **shares,
    )


def budget_changes(given: dict[str, Any]) -> dict[str, Any]:
    """The terms to change, by their names in the model."""
    changes = {name: value for name, value in given.items() if name != "reason"}
    if "limit" in changes:
        changes["limit_micros"] = micros_from_decimal(changes.pop("limit"))
    return changes
