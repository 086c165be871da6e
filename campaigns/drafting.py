"""The storyboard priced as it stands, quoted, and made: what a shot costs and what is short."""

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.access import Access
from campaigns import figures, storyboard, takes
from campaigns.models import Campaign, Shot, ShotRole
from campaigns.planning.affording import Room, rooms, too_dear
from campaigns.planning.blockers import REQUEST_NAMES, Blocker
from campaigns.planning.facts import Contradiction
from campaigns.planning.pricing import Priced, priced
from campaigns.takes import MadeTakes, TakeWish
from generation import clock, quotes
from generation.asks import Refused
from generation.batches import MOST
from generation.models import Quote, QuoteKind
from providers.market import market

MOST_TAKES_EACH = 20


@dataclass(frozen=True, kw_only=True)
class Money:
    """What a list of shots costs, each once, and the limits that it comes under.

    `to_make` is the same for those that have no take yet; the limits are held against it.
    """

    prices: Priced
    to_make: Priced
    rooms: tuple[Room, ...]
    contradictions: tuple[Contradiction, ...]


def money_of(access: Access, campaign: Campaign, shots: Sequence[Shot]) -> Money:
    """Price shots against every limit. Reads only, as many queries for one as for many."""
    trade = market(access.mode, now=clock.now())
    asks = [takes.ask_for(campaign, TakeWish(shot=shot)) for shot in shots]
    prices = priced(access, asks, trade=trade)
    open_places = [place for place, shot in enumerate(shots) if not _has_takes(shot)]
    to_make = Priced(shots=tuple(prices.shots[place] for place in open_places))
    standing = figures.figures(access, [campaign])[campaign.pk]
    found = rooms(access, campaign, prices=to_make, figures=standing)
    return Money(
        prices=prices,
        to_make=to_make,
        rooms=found,
        contradictions=tuple(
            too_dear(
                access,
                room,
                asks=[asks[place] for place in open_places],
                roles=[ShotRole(shots[place].role) for place in open_places],
                numbers=[shots[place].position or place + 1 for place in open_places],
                prices=to_make,
                trade=trade,
            )
            for room in found
            if room.short_micros
        ),
    )


def prices_of(access: Access, campaign: Campaign, shots: Sequence[Shot]) -> Priced:
    """The shots priced without any limit beside them."""
    return priced(access, [takes.ask_for(campaign, TakeWish(shot=shot)) for shot in shots])


def quote(
    access: Access, campaign: Campaign, shots: Sequence[Shot], *, takes_each: int = 1
) -> Quote:
    """A kept quote for takes of these shots, in the order in which drafts make them.

    Nothing is held. Raises Refused for a shot that nobody can make, naming it.
    """
    wishes = _wishes(shots, takes_each=takes_each)
    _check_all(access, campaign, shots)
    asks = [takes.ask_for(campaign, wish) for wish in wishes]
    labels = [wish.shot.uid for wish in wishes]
    return quotes.keep(access, asks, kind=QuoteKind.PLAN, labels=labels)


def make_drafts(
    access: Access,
    campaign: Campaign,
    uids: Sequence[str],
    *,
    takes_each: int = 1,
    quote_uid: str = "",
    name: str = "",
) -> MadeTakes:
    """Takes of the named shots, or of all, under one hold: all admitted or none.

    Raises Refused, naming the shot at fault, or BudgetExceeded; then nothing was made.
    """
    shots = storyboard.named(campaign, uids) if uids else list(storyboard.shots_of(campaign))
    wishes = _wishes(shots, takes_each=takes_each)
    if not quote_uid:
        _check_all(access, campaign, shots)
    try:
        return takes.make(access, campaign, wishes, quote_uid=quote_uid, name=name)
    except Refused as refused:
        raise _of_shot(refused, wishes) from refused


def _check_all(access: Access, campaign: Campaign, shots: Sequence[Shot]) -> None:
    """Raises Refused for the first shot that nobody can make, with what alone blocks it."""
    prices = prices_of(access, campaign, shots)
    for shot, price in zip(shots, prices.shots, strict=True):
        if isinstance(price, Blocker):
            setting = REQUEST_NAMES.get(price.setting, price.setting)
            raise Refused(
                f"Shot {shot.position}: {price.message} {price.remedy}",
                field=f"shots.{shot.uid}.{setting}",
                code="no_offer",
            )


def _wishes(shots: Sequence[Shot], *, takes_each: int) -> list[TakeWish]:
    """Takes of one shot stand together. A fixed seed counts on, or all would be the same clip."""
    if not shots:
        raise Refused("There is no shot to make.", field="shots", code="required")
    if not 1 <= takes_each <= MOST_TAKES_EACH:
        raise Refused(f"Choose 1 to {MOST_TAKES_EACH} takes of each shot.", field="takes_each")
    if len(shots) * takes_each > MOST:
        raise Refused(
            f"These are {len(shots) * takes_each} clips; at most {MOST} are made at once.",
            field="takes_each",
        )
    return [
        TakeWish(shot=shot, seed=None if shot.seed is None else shot.seed + turn)
        for shot in shots
        for turn in range(takes_each)
    ]


def _of_shot(refused: Refused, wishes: Sequence[TakeWish]) -> Refused:
    """The same refusal with the number of the shot in front, where one prompt is at fault."""
    kind, _, place = refused.field.partition(".")
    if kind != "prompts" or not place.isdigit():
        return refused
    shot = wishes[int(place)].shot
    field = f"shots.{shot.uid}.prompt"
    return Refused(f"Shot {shot.position}: {refused.message}", field=field, code=refused.code)


def _has_takes(shot: Shot) -> bool:
    return bool(getattr(shot, "take_count", 0))
