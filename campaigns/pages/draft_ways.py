"""What of a refused press on the storyboard can be paid: fewer shots or drafts, a lower tier."""

from collections.abc import Sequence
from dataclasses import replace

from accounts.access import Access
from campaigns.models import Campaign
from campaigns.pages.shot_cards import Board, ShotCard
from campaigns.planning.pricing import priced
from campaigns.takes import TakeWish, ask_for
from generation.asks import JobAsk
from generation.pages.ask_more import Way
from providers.micros import dollars
from providers.types import Tier


def draft_ways(access: Access, campaign: Campaign, board: Board, *, left: int) -> tuple[Way, ...]:
    """For the ticked shots and so many drafts of each. Reads only."""
    each = board.totals.takes_each
    cards = [card for card in board.cards if card.chosen and card.offer]
    return (
        _cut(cards, each, left),
        *_one_each(cards, each),
        _drafts(access, campaign, cards, each),
    )


def _cut(cards: Sequence[ShotCard], each: int, left: int) -> Way:
    """The first shots, in their order, that can be paid together."""
    total = 0
    numbers: list[str] = []
    for card in cards:
        price = each * _price(card)
        if total + price <= left:
            total += price
            numbers.append(str(card.number))
    if not numbers:
        return Way(words="No ticked shot alone can be paid with what is left.")
    noun = "shot" if len(numbers) == 1 else "shots"
    return Way(words=f"Tick only {noun} {', '.join(numbers)}: {dollars(total)}.")


def take_ways(
    access: Access, campaign: Campaign, wanted: Sequence[TakeWish], *, left: int
) -> tuple[Way, ...]:
    """For takes of one shot: so many of them, or all in the draft tier. Reads only."""
    asks = [ask_for(campaign, wish) for wish in wanted]
    now = priced(access, asks)
    each = now.likely_micros // len(asks)
    count = min(left // each, len(asks)) if each else 0
    few = "Not even one take can be paid with what is left."
    if count:
        takes = "take costs" if count == 1 else "takes cost"
        few = f"{count} {takes} {dollars(count * each)}."
    return (Way(words=few), _in_draft(access, asks, now=now.likely_micros))


def _one_each(cards: Sequence[ShotCard], each: int) -> tuple[Way, ...]:
    total = sum(_price(card) for card in cards)
    return (Way(words=f"One draft of each: {dollars(total)}."),) if each > 1 else ()


def _drafts(access: Access, campaign: Campaign, cards: Sequence[ShotCard], each: int) -> Way:
    """All in the draft tier."""
    now = each * sum(_price(card) for card in cards)
    asks = [ask_for(campaign, TakeWish(shot=card.shot)) for card in cards]
    return _in_draft(access, asks, now=now, each=each)


def _in_draft(access: Access, asks: Sequence[JobAsk], *, now: int, each: int = 1) -> Way:
    """`each` times all of them, which cost `now` micro-dollars as they are."""
    lower = priced(access, [replace(ask, tier=Tier.DRAFT, provider="") for ask in asks])
    total = each * lower.likely_micros
    if lower.blocked or total >= now:
        return Way(words="A cheaper tier saves nothing: these are the cheapest offers.")
    return Way(words=f"All in the draft tier: {dollars(total)}.")


def _price(card: ShotCard) -> int:
    return card.offer.likely_micros if card.offer else 0
