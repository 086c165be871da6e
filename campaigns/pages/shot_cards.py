"""The storyboard as its page shows it: a card for each shot, and what all of them come to."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from accounts.access import Access
from campaigns import drafting, sources, storyboard
from campaigns.drafting import MOST_TAKES_EACH, Money
from campaigns.models import Campaign, Shot, ShotRole
from campaigns.planning.affording import Room
from campaigns.planning.blockers import Blocker
from campaigns.planning.facts import Contradiction
from campaigns.planning.pricing import Offer
from campaigns.planning.reading import contradictions_of
from campaigns.sources import Stale
from generation import media
from generation.choices import AssetKind, AssetState
from generation.models import Asset
from generation.pages.budget_meter import Meter, meter

ICONS = {
    ShotRole.HOOK: "sparkles",
    ShotRole.B_ROLL: "film",
    ShotRole.PRODUCT: "image",
    ShotRole.TRANSITION: "layers",
    ShotRole.END_CARD: "clapperboard",
}


@dataclass(frozen=True, kw_only=True)
class Still:
    """What stands in a shot's frame. `picture` and `clip` are addresses, empty where none."""

    words: str
    picture: str = ""
    clip: str = ""


@dataclass(frozen=True, kw_only=True)
class ShotCard:
    """One shot; it has an offer or a blocker."""

    shot: Shot
    number: int
    still: Still
    icon: str
    offer: Offer | None
    blocker: Blocker | None
    stale: tuple[Stale, ...]
    chosen: bool

    @property
    def shape(self) -> str:
        return f"r-{self.shot.ratio.replace(':', 'x')}"

    @property
    def takes(self) -> int:
        return int(getattr(self.shot, "take_count", 0))


@dataclass(frozen=True, kw_only=True)
class Limit:
    """A budget beside what is still to be made: the bar, and what is left afterwards."""

    room: Room
    meter: Meter


@dataclass(frozen=True, kw_only=True)
class Totals:
    """Of the whole storyboard, and of what the button makes. Seconds and micro-dollars.

    `limit` is the budget that would have least left, `short` the one that refuses the button,
    for lack of `press_short_micros`.
    """

    seconds: int
    least_micros: int
    likely_micros: int
    worst_micros: int
    to_make_micros: int
    open: int
    blocked: int
    limit: Limit | None
    chosen: int
    takes_each: int
    press_micros: int
    press_worst_micros: int
    press_blocked: tuple[int, ...]
    short: Room | None
    press_short_micros: int

    @property
    def clips(self) -> int:
        return self.chosen * self.takes_each


@dataclass(frozen=True, kw_only=True)
class Board:
    cards: tuple[ShotCard, ...]
    totals: Totals
    contradictions: tuple[Contradiction, ...]


def board_of(
    access: Access,
    campaign: Campaign,
    *,
    chosen: Collection[str] | None = None,
    takes_each: int = 1,
) -> Board:
    """The page's storyboard. `chosen` are the ticked shots; without, those that have no take.

    As many queries for one shot as for all.
    """
    shots = list(storyboard.shots_of(campaign))
    money = drafting.money_of(access, campaign, shots)
    current = sources.versions(campaign)
    stills = _stills(shots, seen=access.may("media:read"))
    cards = []
    for number, (shot, price) in enumerate(zip(shots, money.prices.shots, strict=True), start=1):
        fresh = isinstance(price, Offer) and not getattr(shot, "take_count", 0)
        cards.append(
            ShotCard(
                shot=shot,
                number=number,
                still=stills[shot.pk],
                icon=ICONS[ShotRole(shot.role)],
                offer=price if isinstance(price, Offer) else None,
                blocker=price if isinstance(price, Blocker) else None,
                stale=sources.stale(shot.made_of, current=current),
                chosen=fresh if chosen is None else shot.uid in chosen,
            )
        )
    return Board(
        cards=tuple(cards),
        totals=_totals(cards, money, takes_each=max(1, min(takes_each, MOST_TAKES_EACH))),
        contradictions=(*contradictions_of(campaign, shots=shots), *money.contradictions),
    )


def _totals(cards: Sequence[ShotCard], money: Money, *, takes_each: int) -> Totals:
    chosen = [card for card in cards if card.chosen]
    offers = [card.offer for card in chosen if card.offer]
    short, missing = _short(money.rooms, offers, takes_each=takes_each)
    press = takes_each * sum(offer.likely_micros for offer in offers)
    return Totals(
        seconds=sum(card.shot.seconds for card in cards),
        least_micros=money.prices.least_micros,
        likely_micros=money.prices.likely_micros,
        worst_micros=money.prices.worst_micros,
        to_make_micros=money.to_make.likely_micros,
        open=len(money.to_make.shots),
        blocked=money.prices.blocked,
        limit=_tightest(money.rooms),
        chosen=len(chosen),
        takes_each=takes_each,
        press_micros=press,
        press_worst_micros=takes_each * sum(offer.worst_micros for offer in offers),
        press_blocked=tuple(card.number for card in chosen if card.blocker),
        short=short,
        press_short_micros=missing,
    )


def _short(
    rooms: Sequence[Room], offers: Sequence[Offer], *, takes_each: int
) -> tuple[Room | None, int]:
    """The first hard limit that the offers break, and by how much; each draws on its own."""
    for room in rooms:
        drawn = (o.likely_micros for o in offers if room.provider in ("", o.provider))
        missing = takes_each * sum(drawn) - room.left_micros
        if room.hard and missing > 0:
            return room, missing
    return None, 0


def _tightest(rooms: Sequence[Room]) -> Limit | None:
    room = min(rooms, key=lambda room: room.left_micros - room.likely_micros, default=None)
    if room is None:
        return None
    used = room.limit_micros - room.left_micros
    bar = meter(limit=room.limit_micros, held=room.likely_micros, spent=used)
    return Limit(room=room, meter=bar)


def _stills(shots: Sequence[Shot], *, seen: bool) -> dict[int, Still]:
    """By the shot's key: its final, else the picked take, else the newest, else its picture."""
    clips: dict[int, dict[int, Asset]] = {}
    if seen:
        rows = Asset.objects.filter(
            kind=AssetKind.CLIP,
            state=AssetState.STORED,
            unclaimed=False,
            job__take__shot__in=[shot.pk for shot in shots],
        )
        for asset in rows.select_related("job__take").order_by("job__take__number"):
            take = asset.job.take  # type: ignore[union-attr]
            clips.setdefault(take.shot_id, {})[take.pk] = asset
    return {shot.pk: _still(shot, clips.get(shot.pk, {}), seen=seen) for shot in shots}


def _still(shot: Shot, clips: dict[int, Asset], *, seen: bool) -> Still:
    for key, words in ((shot.final_id, "Final"), (shot.picked_id, "Picked take")):
        if key in clips:
            return _moving(clips[key], words)
    if clips:
        return _moving(list(clips.values())[-1], "Newest take")
    if shot.picture and seen:
        return Still(words="Photo", picture=media.signed_path(shot.picture, thumbnail=True))
    return Still(words="No footage yet")


def _moving(asset: Asset, words: str) -> Still:
    picture = media.signed_path(asset, thumbnail=True)
    return Still(words=words, picture=picture, clip=media.signed_path(asset))
