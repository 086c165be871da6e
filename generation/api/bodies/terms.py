"""The bodies and queries about clients, what they pay, and what their footage has cost."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from generation.api.bodies.budget import Day, Limit
from generation.api.bodies.queries import PageQuery
from generation.api.bodies.strict import Body, OneOf, Text, Whole
from generation.models import CardKind, IssueKind
from generation.money.insight import DIMENSIONS
from generation.money.rate_cards import CURRENCIES, CardTerms
from providers.micros import MICROS, micros_from_decimal

CENTRE_KINDS = ("client", "campaign")


class Share(serializers.DecimalField):
    """A percentage to two places."""

    default_error_messages = {"invalid": "Send a percentage such as 25 or 12.5."}

    def __init__(self, **how: Any) -> None:
        super().__init__(max_digits=7, decimal_places=2, min_value=Decimal(0), **how)

    def to_internal_value(self, data: Any) -> Decimal:
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        return super().to_internal_value(data)


class CentreBody(Body):
    kind = OneOf(choices=CENTRE_KINDS, help_text="What is opened.")
    name = Text(max_length=400)
    client = Text(default="", max_length=64, help_text="For a campaign: the client's id.")


class CentresQuery(PageQuery):
    kind = OneOf(choices=CENTRE_KINDS, default=None)
    client = Text(default="", max_length=64, help_text="A client's id: its campaigns.")


class RateCardBody(Body):
    """What belongs to another kind of card is refused."""

    kind = OneOf(choices=CardKind.values)
    valid_from = Day(help_text="The first day on which it holds.")
    currency = OneOf(choices=CURRENCIES, default="USD")
    rate = Limit(default=None, help_text="What one dollar of cost is worth in the currency.")
    markup_percent = Share(default=Decimal(0), help_text="For cost_plus.")
    price_per_second = Limit(
        default=Decimal(0),
        help_text="For per_second, and beyond a retainer's included seconds.",
    )
    monthly_fee = Limit(default=Decimal(0), help_text="For retainer.")
    included_seconds = Whole(default=0, min_value=0, help_text="For retainer.")
    note = Text(default="", max_length=200)


class MonthQuery(Body):
    month = Text(default="", max_length=7, help_text="Such as 2026-10; this month by default.")


class IssueBody(Body):
    """A correction is what has changed in an issued month since."""

    month = Text(max_length=7, help_text="A closed month such as 2026-10.")
    kind = OneOf(choices=IssueKind.values, default=IssueKind.STATEMENT.value)


class SpanQuery(Body):
    first = Day(default=None, help_text="The first day; the first of this month by default.")
    last = Day(default=None, help_text="The last day; today by default.")
    client = Text(default="", max_length=64, help_text="A client's id.")


class ClientCostsQuery(Body):
    """Without days the whole running month."""

    first = Day(default=None, help_text="The first day; the first of the last day's month.")
    last = Day(default=None, help_text="The last day; today where only the first is given.")


class InsightQuery(SpanQuery):
    by = OneOf(choices=DIMENSIONS, default="day")


class ReplayQuery(SpanQuery):
    """For each tier an order such as "kling,pika/pika-2.2,runway"; without one it stays."""

    draft = Text(default="", max_length=600)
    standard = Text(default="", max_length=600)
    high = Text(default="", max_length=600)
    master = Text(default="", max_length=600)


def card_terms(given: dict[str, Any]) -> CardTerms:
    rate = given["rate"]
    return CardTerms(
        kind=given["kind"],
        valid_from=given["valid_from"],
        currency=given["currency"],
        micros_per_dollar=MICROS if rate is None else micros_from_decimal(rate),
        markup_bp=int(given["markup_percent"] * 100),
        second_micros=micros_from_decimal(given["price_per_second"]),
        fee_micros=micros_from_decimal(given["monthly_fee"]),
        included_seconds=given["included_seconds"],
        note=given["note"],
    )
