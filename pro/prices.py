"""What a clip costs, at once and without asking anybody: the price list that ships with us.

`prices.json` holds both catalogues of the desk as they are delivered. A desk whose admins have
changed prices knows better: `AIVideoGenerator.estimate` asks it.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from pro.clips import GenerationMode, QualityTier, VideoProvider
from pro.errors import FieldError, InvalidRequest
from pro.settings import read_settings

PRICES = Path(__file__).with_name("prices.json")


@dataclass(frozen=True, kw_only=True)
class CostEstimate:
    """The desk's own estimate, in dollars. A provider that cannot make it has None."""

    estimated_cost: float
    duration: int
    quality: QualityTier
    provider: VideoProvider
    billed_seconds: int
    breakdown_by_provider: Mapping[str, float | None]
    savings_tip: str


def estimate_cost(
    duration: int = 5,
    *,
    quality: QualityTier = QualityTier.STANDARD,
    provider: VideoProvider | None = None,
    mode: GenerationMode = GenerationMode.TEXT_TO_VIDEO,
) -> float:
    """Dollars at list price for a clip of `duration` seconds; nothing is awaited or sent.

    Without `provider` the tier's first offer that can make it is priced. With a live API key the
    prices are the live ones, else those of test mode. Raises InvalidRequest where nothing on
    offer makes it, saying what does.
    """
    known = price_list()[read_settings().mode]
    for offer in _candidates(known, quality=quality, provider=provider):
        billed = next((s for s in offer["seconds"] if s >= duration), None)
        if billed is not None and mode in offer["modes"] and duration > 0:
            return float(billed * Decimal(offer["price_per_second"]))
    raise _nothing(known, duration=duration, mode=mode)


def estimate_of(told: Mapping[str, Any]) -> CostEstimate:
    """The estimate that the API's JSON tells."""
    return CostEstimate(
        estimated_cost=told["estimated_cost"],
        duration=told["duration"],
        quality=QualityTier(told["quality"]),
        provider=VideoProvider(told["provider"]),
        billed_seconds=told["billed_seconds"],
        breakdown_by_provider=told["breakdown_by_provider"],
        savings_tip=told["savings_tip"],
    )


@cache
def price_list() -> dict[str, Any]:
    """By mode ("test", "live"): `tiers`, the orders of entries, and `offers` on sale."""
    found: dict[str, Any] = json.loads(PRICES.read_text(encoding="utf-8"))
    return found


def _candidates(
    known: Mapping[str, Any], *, quality: str, provider: str | None
) -> Iterator[Mapping[str, Any]]:
    """The tier's offers in its order; with a provider, all of that one, the tier's own first."""
    if quality not in known["tiers"]:
        raise _refused("quality", f"Choose one of {', '.join(known['tiers'])}.")
    for entry in known["tiers"][quality]:
        for offer in known["offers"]:
            named = entry in (offer["provider"], f"{offer['provider']}/{offer['model']}")
            if named and provider in (None, offer["provider"]):
                yield offer
    if provider is not None:
        yield from (offer for offer in known["offers"] if offer["provider"] == provider)


def _nothing(known: Mapping[str, Any], *, duration: int, mode: str) -> InvalidRequest:
    longest: dict[str, int] = {}
    for offer in known["offers"]:
        if mode in offer["modes"]:
            name = offer["provider"]
            longest[name] = max(longest.get(name, 0), offer["seconds"][-1])
    lengths = ", ".join(f"{name} up to {seconds} s" for name, seconds in longest.items())
    told = f"Nothing on offer here makes {duration} s; in mode {mode} there is {lengths}."
    return _refused("duration", told)


def _refused(field: str, reason: str) -> InvalidRequest:
    return InvalidRequest(errors=[FieldError(code="no_offer", detail=reason, attr=field)])
