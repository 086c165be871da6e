"""Whether the money is there: the agreed budget, the budgets that guard it, and the ways out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import Q

from accounts.access import Access
from campaigns.figures import Figures
from campaigns.models import Campaign
from campaigns.models.shot import ShotRole
from campaigns.planning.facts import Contradiction
from campaigns.planning.pricing import Offer, Priced, priced
from generation.asks import JobAsk
from generation.models import BudgetKind
from generation.money.budget_views import BudgetView, mine, views
from providers.market import Market
from providers.micros import dollars
from providers.types import Tier

# What goes first where something has to go.
DISPENSABLE = (
    ShotRole.TRANSITION,
    ShotRole.B_ROLL,
    ShotRole.END_CARD,
    ShotRole.HOOK,
    ShotRole.PRODUCT,
)


@dataclass(frozen=True, kw_only=True)
class Room:
    """A limit and what the shots would take of it, in micro-dollars. `uid` is empty for what
    was agreed with the client, which nothing enforces; `provider` where it limits one alone."""

    name: str
    uid: str
    hard: bool
    limit_micros: int
    left_micros: int
    likely_micros: int
    worst_micros: int
    provider: str = ""

    @property
    def short_micros(self) -> int:
        """What is missing even if all goes well; 0 where it is enough."""
        return max(0, self.likely_micros - self.left_micros)

    @property
    def tight(self) -> bool:
        """Enough if all goes well, but not if others have to step in."""
        return not self.short_micros and self.worst_micros > self.left_micros


def rooms(
    access: Access, campaign: Campaign, *, prices: Priced, figures: Figures
) -> tuple[Room, ...]:
    """Every limit that these shots come under, the agreed budget in front. Two queries.

    Somebody who may not see budgets is told of the agreed one alone.
    """
    found = [_agreed(prices, figures)] if figures.agreed is not None else []
    if not access.may("budgets:read"):
        return tuple(found)
    target = Q(kind=BudgetKind.WORKSPACE) | Q(
        kind=BudgetKind.CENTRE, cost_centre__in=campaign.centre.lineage()
    )
    target |= Q(kind=BudgetKind.PROVIDER, provider__in=list(prices.by_provider))
    if access.api_key_id is not None:
        target |= Q(kind=BudgetKind.API_KEY, api_key=access.api_key_id)
    guarding = mine(access).filter(target, active=True).order_by("pk")
    running = (view for view in views(guarding) if view.window is not None)
    return (*found, *(_room(view, prices) for view in running))


def _agreed(prices: Priced, figures: Figures) -> Room:
    return Room(
        name="The brief’s budget",
        uid="",
        hard=False,
        limit_micros=figures.agreed or 0,
        left_micros=figures.left or 0,
        likely_micros=prices.likely_micros,
        worst_micros=prices.worst_micros,
    )


def _room(view: BudgetView, prices: Priced) -> Room:
    budget = view.budget
    counted = [
        offer
        for offer in prices.offers
        if budget.kind != BudgetKind.PROVIDER or offer.provider == budget.provider
    ]
    return Room(
        name=f"The budget “{budget.name}”",
        uid=budget.uid,
        hard=budget.hard,
        limit_micros=view.limit_micros,
        left_micros=view.left_micros,
        likely_micros=sum(offer.likely_micros for offer in counted),
        worst_micros=sum(offer.worst_micros for offer in counted),
        provider=budget.provider if budget.kind == BudgetKind.PROVIDER else "",
    )


def too_dear(
    access: Access,
    room: Room,
    *,
    asks: Sequence[JobAsk],
    roles: Sequence[ShotRole],
    numbers: Sequence[int],
    prices: Priced,
    trade: Market | None = None,
) -> Contradiction:
    """The shots cost more than `room` has left, with three ways out; `numbers` are what people
    call the shots."""
    cheaper = priced(access, [replace(ask, tier=Tier.DRAFT) for ask in asks], trade=trade)
    return Contradiction(
        code="budget_too_small",
        message=f"{room.name} has {dollars(room.left_micros)} left; these"
        f" {len(prices.offers)} shots cost {dollars(room.likely_micros)}.",
        setting="budget_micros" if not room.uid else f"budget:{room.uid}",
        options=(
            _cut(prices, roles, numbers, room),
            _cheaper(cheaper, prices, room),
            f"Ask for {dollars(room.short_micros)} more",
        ),
    )


def _cut(prices: Priced, roles: Sequence[ShotRole], numbers: Sequence[int], room: Room) -> str:
    """The fewest of the least needed kind, the dearest first, until the rest can be paid."""
    payable = [
        (DISPENSABLE.index(role), -shot.likely_micros, place)
        for place, (shot, role) in enumerate(zip(prices.shots, roles, strict=True))
        if isinstance(shot, Offer)
    ]
    saved, gone = 0, []
    for _, price, place in sorted(payable):
        saved -= price
        gone.append(numbers[place])
        if saved >= room.short_micros:
            break
    listed = ", ".join(str(number) for number in sorted(gone))
    noun = "shot" if len(gone) == 1 else "shots"
    rest = dollars(max(0, prices.likely_micros - saved))
    return f"Take out {noun} {listed}: {dollars(saved)} less, {rest} in all"


def _cheaper(cheaper: Priced, prices: Priced, room: Room) -> str:
    saved = prices.likely_micros - cheaper.likely_micros
    if cheaper.blocked > prices.blocked or saved <= 0:
        return "A cheaper tier saves nothing: these are the cheapest offers"
    enough = "" if saved >= room.short_micros else ", which alone is not enough"
    rest = dollars(cheaper.likely_micros)
    return f"Make all as drafts: {dollars(saved)} less, {rest} in all{enough}"
