"""What a clip costs before it is made. Money is integer micro-dollars until the JSON edge."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from providers.catalogue import Catalogue, PricedOffer, catalogue
from providers.micros import (
    as_json_number,
    decimal_from_micros,
    dollars,
    micros_from_decimal,
)
from providers.types import GenerationMode, Tier

__all__ = [
    "Estimate",
    "LegPrice",
    "NoPrice",
    "as_json_number",
    "decimal_from_micros",
    "dollars",
    "estimate",
    "lengths_on_offer",
    "micros_from_decimal",
    "price_leg",
]

BREAKDOWN = ("sora", "runway", "kling", "pika")


class NoPrice(ValueError):
    """Nothing on offer makes this; the message says who makes how much."""


@dataclass(frozen=True, kw_only=True)
class LegPrice:
    """The price of one offer for one clip: whole seconds, micro-dollars."""

    asked_seconds: int
    billed_seconds: int
    micros: int
    price_row_id: int


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """The answer of the estimate endpoint. A provider that cannot make it has None."""

    micros: int
    duration: int
    quality: Tier
    provider: str
    billed_seconds: int
    breakdown: dict[str, int | None]
    savings_tip: str
    price_row_id: int


def price_leg(offer: PricedOffer, *, seconds_asked: int) -> LegPrice:
    """Price the smallest length on offer that covers what is asked.

    Raises NoPrice when the offer makes nothing that long.
    """
    billed = offer.terms.billed_seconds(seconds_asked)
    if billed is None:
        raise NoPrice(
            f"{offer.terms.short_name} makes up to {offer.terms.longest} s, not {seconds_asked} s."
        )
    return LegPrice(
        asked_seconds=seconds_asked,
        billed_seconds=billed,
        micros=billed * offer.micros_per_second,
        price_row_id=offer.price_row_id,
    )


def estimate(
    *,
    duration: int,
    quality: Tier,
    provider: str | None,
    catalogue_name: str,
    on: date,
    mode: GenerationMode = GenerationMode.TEXT_TO_VIDEO,
) -> Estimate:
    """What a clip would cost at list price, whoever is up just now.

    Without `provider` the tier's first offer that can make it is priced. Raises NoPrice.
    """
    today = catalogue(catalogue_name, on=on)
    pool = today.of_provider(provider, tier=quality) if provider else today.in_tier(quality)
    offer = next(today.able(pool, mode=mode, seconds=duration), None)
    if offer is None:
        raise NoPrice(
            f"Nothing on offer here makes {duration} s. " + lengths_on_offer(today, mode=mode)
        )
    price = price_leg(offer, seconds_asked=duration)
    breakdown = _breakdown(today, duration=duration, quality=quality, mode=mode)
    breakdown[offer.provider] = price.micros
    return Estimate(
        micros=price.micros,
        duration=duration,
        quality=quality,
        provider=offer.provider,
        billed_seconds=price.billed_seconds,
        breakdown=breakdown,
        savings_tip=_savings_tip(breakdown),
        price_row_id=price.price_row_id,
    )


def lengths_on_offer(
    today: Catalogue, *, mode: GenerationMode, among: Iterable[PricedOffer] | None = None
) -> str:
    """A sentence: "Runway makes up to 10 s, Sora up to 20 s." Empty when nobody makes any."""
    longest: dict[str, int] = {}
    for offer in today.able(among or today.offers, mode=mode, seconds=0):
        longest[offer.provider] = max(longest.get(offer.provider, 0), offer.terms.longest)
    if not longest:
        return ""
    parts = [f"{provider.title()} up to {most} s" for provider, most in longest.items()]
    first, *rest = parts
    return ", ".join([first.replace(" up to", " makes up to"), *rest]) + "."


def _breakdown(
    today: Catalogue, *, duration: int, quality: Tier, mode: GenerationMode
) -> dict[str, int | None]:
    prices: dict[str, int | None] = {}
    for provider in BREAKDOWN:
        offers = today.of_provider(provider, tier=quality)
        offer = next(today.able(offers, mode=mode, seconds=duration), None)
        prices[provider] = price_leg(offer, seconds_asked=duration).micros if offer else None
    return prices


def _savings_tip(breakdown: dict[str, int | None]) -> str:
    """The seed's sentence, or nothing where there is no choice."""
    priced = [(micros, provider) for provider, micros in breakdown.items() if micros is not None]
    dearest, cheapest = max(priced), min(priced)
    if dearest[0] == cheapest[0]:
        return ""
    saved = dollars(dearest[0] - cheapest[0])
    return f"Save {saved} by using {cheapest[1].title()} instead of {dearest[1].title()}"
