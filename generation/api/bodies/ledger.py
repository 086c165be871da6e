"""Queries of the ledger."""

import re
from datetime import date
from typing import Any

from rest_framework import serializers

from generation.api.bodies.queries import Moment, PageQuery
from generation.api.bodies.strict import Body, OneOf, Text
from generation.choices import LineKind
from generation.money.reports_ledger import LineFilter, month_bounds
from providers.registry import ADAPTERS
from providers.types import Tier

MONTH = re.compile(r"20\d\d-(?:0[1-9]|1[0-2])")


class Month(serializers.CharField):
    """A month as 2026-11."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or not MONTH.fullmatch(data):
            raise serializers.ValidationError("Send a month such as 2026-11.")
        return date.fromisoformat(f"{data}-01")


class LineQuery(Body):
    """Every filter narrows further. Times are UTC."""

    client = Text(default="", max_length=200, help_text="A client's id or name, all below it.")
    campaign = Text(default="", max_length=200, help_text="A campaign's id or name, all below it.")
    batch = Text(default="", max_length=200, help_text="A batch's cost centre, by id or name.")
    provider = OneOf(choices=list(ADAPTERS), default=None)
    tier = OneOf(choices=list(Tier), default=None)
    model = Text(default="", max_length=80)
    job = Text(default="", max_length=40, help_text="A job's id.")
    kind = OneOf(choices=LineKind.values, default=None)
    person = Text(default="", max_length=150, help_text="The user name of who asked.")
    api_key = Text(default="", max_length=80, help_text="The id or the name of an API key.")
    month = Month(default=None, help_text="A month such as 2026-11, UTC.")
    created_after = Moment(default=None)
    created_before = Moment(default=None)


class LedgerQuery(LineQuery, PageQuery):
    pass


def line_filter(given: dict[str, Any]) -> LineFilter:
    """The filter that a checked query asks for; a month overrides the two times."""
    after, before = given["created_after"], given["created_before"]
    if given["month"]:
        after, before = month_bounds(given["month"])
    return LineFilter(
        centre=given["batch"] or given["campaign"] or given["client"],
        provider=given["provider"] or "",
        tier=given["tier"] or "",
        model=given["model"],
        job=given["job"],
        kind=given["kind"] or "",
        person=given["person"],
        api_key=given["api_key"],
        after=after,
        before=before,
    )
