"""Whether the money for finals is there, and three ways out, with numbers, where it is not."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from accounts.access import Access
from campaigns.figures import figures
from campaigns.models import Campaign
from campaigns.planning.affording import Room, rooms
from campaigns.planning.pricing import Offer, Priced, priced
from campaigns.promoting import TIERS, Promotion, asks_of
from providers.micros import dollars
from providers.types import Tier


@dataclass(frozen=True, kw_only=True)
class Shortage:
    """A limit that has too little left for these finals, and what can be done."""

    room: Room
    options: tuple[str, ...]


def affordable(
    access: Access, campaign: Campaign, promotions: Sequence[Promotion]
) -> tuple[tuple[Room, ...], tuple[Shortage, ...]]:
    """Every limit that these come under, and those that they would break. Reads only."""
    prices = priced(access, asks_of(access, campaign, promotions))
    standing = figures(access, [campaign])[campaign.pk]
    found = rooms(access, campaign, prices=prices, figures=standing)
    short = [room for room in found if room.short_micros]
    if not short:
        return found, ()
    lower = _lower(promotions)
    cheaper = priced(access, asks_of(access, campaign, lower))
    return found, tuple(
        Shortage(
            room=room,
            options=(
                _cut(prices, promotions, room),
                _cheaper(prices, cheaper, room),
                f"Ask for {dollars(room.short_micros)} more.",
            ),
        )
        for room in short
    )


def _cut(prices: Priced, promotions: Sequence[Promotion], room: Room) -> str:
    """The fewest finals, the dearest first, without which the others can be paid."""
    payable = [
        (-offer.likely_micros, one.take.shot.position)
        for offer, one in zip(prices.shots, promotions, strict=True)
        if isinstance(offer, Offer)
    ]
    saved, gone = 0, []
    for micros, position in sorted(payable):
        saved -= micros
        gone.append(position)
        if saved >= room.short_micros:
            break
    noun = "shot" if len(gone) == 1 else "shots"
    listed = ", ".join(str(position) for position in sorted(gone))
    rest = dollars(max(0, prices.likely_micros - saved))
    return f"Leave out {noun} {listed}: {dollars(saved)} less, {rest} in all."


def _lower(promotions: Sequence[Promotion]) -> list[Promotion]:
    """Each one tier lower, where that is still above its draft."""
    found = []
    for one in promotions:
        at, draft = TIERS.index(one.tier), TIERS.index(Tier(one.take.job.tier))
        found.append(replace(one, tier=TIERS[at - 1]) if at - 1 > draft else one)
    return found


def _cheaper(prices: Priced, cheaper: Priced, room: Room) -> str:
    saved = prices.likely_micros - cheaper.likely_micros
    if cheaper.blocked > prices.blocked or saved <= 0:
        return "A tier lower saves nothing here."
    enough = "" if saved >= room.short_micros else ", which alone is not enough"
    return (
        f"One tier lower: {dollars(saved)} less, {dollars(cheaper.likely_micros)} in all{enough}."
    )
