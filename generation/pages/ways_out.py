"""What could be made with the money that is left: a cut and a cheaper tier, with numbers."""

from collections.abc import Sequence
from dataclasses import replace

from django.http import QueryDict

from accounts.access import Access
from generation import batches
from generation.asks import SHORTEST, Checker, JobAsk, Refused
from generation.pages.ask_more import Way, changed
from providers.micros import dollars
from providers.types import Tier

TIERS = list(Tier)


def clip_ways(
    access: Access, ask: JobAsk, *, left: int, path: str, typed: QueryDict
) -> tuple[Way, ...]:
    """For one clip: fewer seconds, and the best tier below its own that can be paid."""
    checker = Checker(access)
    return (_shorter(checker, ask, left, path, typed), _cheaper(checker, [ask], left, path, typed))


def batch_ways(
    access: Access,
    asks: Sequence[JobAsk],
    *,
    raise_heroes: bool,
    left: int,
    path: str,
    typed: QueryDict,
) -> tuple[Way, ...]:
    """For many: the first of them, and all in the best tier below theirs that can be paid."""
    tiered = batches.with_heroes(asks, use_cost_optimization=raise_heroes)
    checker = Checker(access)
    total, count = 0, 0
    for ask in tiered:
        price = _price(checker, ask)
        if price is None or total + price > left:
            break
        total, count = total + price, count + 1
    cut = Way(words="Even the first clip alone costs more than is left.")
    if count:
        clips = "clip alone costs" if count == 1 else f"{count} clips cost"
        cut = Way(words=f"The first {clips} {dollars(total)}.")
    return (cut, _cheaper(checker, tiered, left, path, typed))


def _shorter(checker: Checker, ask: JobAsk, left: int, path: str, typed: QueryDict) -> Way:
    for seconds in range(ask.seconds - 1, SHORTEST - 1, -1):
        price = _price(checker, replace(ask, seconds=seconds))
        if price is not None and price <= left:
            words = f"{seconds} s instead of {ask.seconds} s: {dollars(price)}."
            return Way(words=words, href=changed(path, typed, seconds=str(seconds)))
    least = _price(checker, replace(ask, seconds=SHORTEST))
    shown = f"{SHORTEST} s cost {dollars(least)}" if least is not None else "the shortest is dearer"
    return Way(words=f"Shorter is not enough: {shown}.")


def _cheaper(
    checker: Checker, asks: Sequence[JobAsk], left: int, path: str, typed: QueryDict
) -> Way:
    highest = max(TIERS.index(ask.tier) for ask in asks)
    least: int | None = None
    for tier in reversed(TIERS[:highest]):
        prices = [
            _price(checker, replace(ask, tier=min(ask.tier, tier, key=TIERS.index), provider=""))
            for ask in asks
        ]
        known = [price for price in prices if price is not None]
        if len(known) < len(prices):
            continue
        least = sum(known) if least is None else min(least, sum(known))
        if sum(known) <= left:
            words = f"{tier.value.capitalize()} instead: {dollars(sum(known))}."
            return Way(words=words, href=changed(path, typed, tier=tier.value, provider=""))
    if least is None:
        return Way(words="There is no cheaper tier.")
    return Way(words=f"A cheaper tier is not enough: {dollars(least)} at the least.")


def _price(checker: Checker, ask: JobAsk) -> int | None:
    try:
        return checker.route(ask).likely_micros
    except Refused:
        return None
