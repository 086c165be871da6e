"""What the form's choices would cost and why: each tier, each provider, and the route itself."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from accounts.access import Access
from generation import centres
from generation.asks import JobAsk, Refused, route_for
from generation.money.budget_hits import Draw, Hit, hits
from generation.pages.spans import about, usually
from generation.routing import Leg, NoOffer, Route
from generation.wording import provider_name
from providers.catalogue_file import PROVIDERS
from providers.market import Market, market
from providers.types import Tier

TIER_WORDS = {
    Tier.DRAFT: "Tests and iterations",
    Tier.STANDARD: "Most footage",
    Tier.HIGH: "Hero shots",
    Tier.MASTER: "Premium campaigns",
}


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One segment or option: its price and wait, or why it is not to be had."""

    value: str
    name: str
    words: str = ""
    micros: int | None = None
    wait: str = ""
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The route in words. `notes` say what is billed beyond the ask and what is cut from it."""

    first: Leg
    provider: str
    why: str
    likely_micros: int
    worst_micros: int
    wait: str
    notes: tuple[str, ...]
    then: tuple[Choice, ...]
    left_out: tuple[str, ...]
    budgets: tuple[Hit, ...] = ()

    @property
    def refused_by(self) -> Hit | None:
        """The first budget that would refuse the clip."""
        return next((hit for hit in self.budgets if hit.refuses), None)


@dataclass(frozen=True, kw_only=True)
class Survey:
    """`plan` is None where nothing can be made; `problem` then says why, and for which field."""

    tiers: tuple[Choice, ...]
    providers: tuple[Choice, ...]
    plan: Plan | None
    problem: str = ""
    field: str = ""


def survey(access: Access, ask: JobAsk) -> Survey:
    """Everything priced on one state of the market. Nothing is held."""
    trade = market(access.mode)
    tiers = tuple(_tier(access, ask, tier, trade) for tier in Tier)
    providers = tuple(_provider(access, ask, name, trade) for name in PROVIDERS)
    without = Survey(tiers=tiers, providers=providers, plan=None)
    try:
        route = route_for(access, ask, trade=trade)
        centre = centres.find(access, campaign=ask.campaign, client=ask.client)
    except Refused as refused:
        return replace(without, problem=refused.message, field=refused.field)
    except centres.NoSuchCentre as none:
        return replace(without, problem=str(none), field=none.field)
    plan = replace(_plan(ask, route), budgets=tuple(hits(access, centre, draw_of([route]))))
    return replace(without, plan=plan)


def draw_of(routes: Sequence[Route]) -> Draw:
    """What clips on these routes take, likely and at most, of whom."""
    likely: dict[str, int] = {}
    worst: dict[str, int] = {}
    for route in routes:
        first = route.legs[0]
        likely[first.provider] = likely.get(first.provider, 0) + first.price_micros
        for leg in route.legs:
            worst[leg.provider] = worst.get(leg.provider, 0) + leg.price_micros
    return Draw(
        likely_micros=sum(route.likely_micros for route in routes),
        worst_micros=sum(route.worst_micros for route in routes),
        likely=likely,
        worst=worst,
    )


def _tier(access: Access, ask: JobAsk, tier: Tier, trade: Market) -> Choice:
    name, words = tier.value.capitalize(), TIER_WORDS[tier]
    try:
        route = route_for(access, replace(ask, tier=tier), trade=trade)
    except Refused as refused:
        return Choice(value=tier, name=name, words=words, reason=_bare_reason(refused))
    return Choice(
        value=tier,
        name=name,
        words=words,
        micros=route.likely_micros,
        wait=about(route.legs[0].typical_seconds),
    )


def _provider(access: Access, ask: JobAsk, name: str, trade: Market) -> Choice:
    alone = replace(ask, provider=name, enable_fallback=False)
    try:
        route = route_for(access, alone, trade=trade)
    except Refused as refused:
        return Choice(value=name, name=provider_name(name), reason=_bare_reason(refused))
    leg = route.legs[0]
    return Choice(
        value=name,
        name=provider_name(name),
        micros=leg.price_micros,
        wait=about(leg.typical_seconds),
    )


def _bare_reason(refused: Refused) -> str:
    """The one offer's own reason, without the sentence around it."""
    none = refused.__cause__
    if isinstance(none, NoOffer) and none.left_out:
        return none.left_out[0].reason
    return refused.message


def _plan(ask: JobAsk, route: Route) -> Plan:
    first = route.legs[0]
    return Plan(
        first=first,
        provider=provider_name(first.provider),
        why=_why(ask, route),
        likely_micros=route.likely_micros,
        worst_micros=route.worst_micros,
        wait=usually(first.typical_seconds, first.slow_seconds),
        notes=tuple(_notes(first, ask)),
        then=tuple(
            Choice(value=leg.provider, name=provider_name(leg.provider), micros=leg.price_micros)
            for leg in route.legs[1:]
        ),
        left_out=tuple(miss.reason for miss in route.left_out),
    )


def _why(ask: JobAsk, route: Route) -> str:
    first = route.legs[0].provider
    if ask.provider == first:
        return "Your choice"
    if ask.provider:
        return f"In place of {provider_name(ask.provider)}"
    if route.left_out:
        return f"The first in the {ask.tier} order that can make this"
    return f"First in the {ask.tier} order"


def _notes(leg: Leg, ask: JobAsk) -> list[str]:
    notes = []
    if leg.needs_trim:
        notes.append(
            f"{leg.asked_seconds} s asked, {leg.billed_seconds} s billed, then trimmed to"
            f" {leg.asked_seconds} s."
        )
    if leg.needs_reframe:
        notes.append(f"Made in {leg.native_ratio}, then cut to {ask.ratio}.")
    if ask.seed is not None and "seed" not in leg.abilities:
        notes.append("This offer takes no seed, so it cannot make the same clip twice.")
    return notes
