"""A kept quote as the API tells it, in dollars."""

from typing import Any, TypedDict

from generation import clock
from generation.api.answers.jobs import LegAnswer, leg_answer
from generation.api.answers.plain import moment, money
from generation.models import Quote
from generation.money.pricing import as_json_number
from generation.quotes import worst_of


class MissAnswer(TypedDict):
    """An offer that was left out, and why."""

    provider: str
    model: str
    reason: str


class QuoteLineAnswer(TypedDict):
    """One clip. `likely_cost` is the first leg of its route, `max_cost` the dearest; the seconds
    billed may be more than those asked for."""

    label: str
    provider: str
    model: str
    quality: str
    mode: str
    duration: int
    billed_seconds: int
    aspect_ratio: str
    likely_cost: float
    max_cost: float
    route: list[LegAnswer]
    left_out: list[MissAnswer]


class QuoteAnswer(TypedDict):
    """What a list of clips costs: likely, and at most with every fallback.

    `by_provider` is who would get how much; `alternatives` is the whole list made by one
    provider alone, null where it cannot make all. Until `valid_until` jobs can be made with the
    `quote_id` at these prices, each line once; `made` counts those.
    """

    quote_id: str
    kind: str
    total_videos: int
    likely_cost: float
    max_cost: float
    by_provider: dict[str, float]
    alternatives: dict[str, float | None]
    lines: list[QuoteLineAnswer]
    made: int
    created_at: str | None
    valid_until: str | None
    expired: bool


def quote_answer(quote: Quote, *, made: int) -> QuoteAnswer:
    by_provider: dict[str, int] = {}
    for line in quote.lines:
        first = quote.routes[line["route"]]["legs"][0]
        known = by_provider.get(first["provider"], 0)
        by_provider[first["provider"]] = known + first["price_micros"]
    return {
        "quote_id": quote.uid,
        "kind": quote.kind,
        "total_videos": len(quote.lines),
        "likely_cost": as_json_number(quote.likely_micros),
        "max_cost": as_json_number(quote.worst_micros),
        "by_provider": {name: as_json_number(micros) for name, micros in by_provider.items()},
        "alternatives": {name: money(micros) for name, micros in quote.alternatives.items()},
        "lines": [_line(quote.routes[line["route"]], line["label"]) for line in quote.lines],
        "made": made,
        "created_at": moment(quote.created_at),
        "valid_until": moment(quote.valid_until),
        "expired": quote.valid_until <= clock.now(),
    }


def _line(way: dict[str, Any], label: str) -> QuoteLineAnswer:
    legs, terms = way["legs"], way["terms"]
    first = legs[0]
    return {
        "label": label,
        "provider": first["provider"],
        "model": first["model"],
        "quality": terms["quality"],
        "mode": terms["mode"],
        "duration": first["asked_seconds"],
        "billed_seconds": first["billed_seconds"],
        "aspect_ratio": terms["aspect_ratio"],
        "likely_cost": as_json_number(first["price_micros"]),
        "max_cost": as_json_number(worst_of(legs)),
        "route": [leg_answer(leg) for leg in legs],
        "left_out": [
            {"provider": miss["provider"], "model": miss["model"], "reason": miss["reason"]}
            for miss in way["left_out"]
        ],
    }
