"""What shots cost before any is made: for each its offer and why, or the setting that blocks it."""

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.access import Access
from campaigns.planning.blockers import Blocker, route_or_blocker
from generation import clock
from generation.asks import Checker, JobAsk
from generation.routing import Route
from generation.wording import provider_name
from providers.market import Market, market
from providers.types import GenerationMode


@dataclass(frozen=True, kw_only=True)
class Offer:
    """Who makes a shot and why: whole seconds as asked and billed, micro-dollars.

    `least_micros` is the cheapest leg and `worst_micros` the dearest; `notes` say what is billed
    beyond the ask and what is cut, `left_out` why the others are not taken.
    """

    provider: str
    name: str
    model: str
    why: str
    asked_seconds: int
    billed_seconds: int
    least_micros: int
    likely_micros: int
    worst_micros: int
    notes: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Priced:
    """Shots in the order in which they were given; each has an offer or is blocked."""

    shots: tuple[Offer | Blocker, ...]

    @property
    def offers(self) -> tuple[Offer, ...]:
        return tuple(shot for shot in self.shots if isinstance(shot, Offer))

    @property
    def blocked(self) -> int:
        return len(self.shots) - len(self.offers)

    @property
    def least_micros(self) -> int:
        return sum(offer.least_micros for offer in self.offers)

    @property
    def likely_micros(self) -> int:
        return sum(offer.likely_micros for offer in self.offers)

    @property
    def worst_micros(self) -> int:
        return sum(offer.worst_micros for offer in self.offers)

    @property
    def by_provider(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for offer in self.offers:
            found[offer.provider] = found.get(offer.provider, 0) + offer.likely_micros
        return found


def priced(access: Access, asks: Iterable[JobAsk], *, trade: Market | None = None) -> Priced:
    """All on one state of the market, in as many queries for one as for many. Holds nothing."""
    checker = Checker(access, trade=trade or market(access.mode, now=clock.now()))
    return Priced(shots=tuple(_priced(ask, checker) for ask in asks))


def _priced(ask: JobAsk, checker: Checker) -> Offer | Blocker:
    route = route_or_blocker(ask, checker=checker)
    return route if isinstance(route, Blocker) else _offer(ask, route)


def _offer(ask: JobAsk, route: Route) -> Offer:
    first = route.legs[0]
    return Offer(
        provider=first.provider,
        name=provider_name(first.provider),
        model=first.model,
        why=_why(ask, route),
        asked_seconds=first.asked_seconds,
        billed_seconds=first.billed_seconds,
        least_micros=min(leg.price_micros for leg in route.legs),
        likely_micros=route.likely_micros,
        worst_micros=route.worst_micros,
        notes=tuple(_notes(ask, route)),
        left_out=tuple(miss.reason for miss in route.left_out),
    )


def _why(ask: JobAsk, route: Route) -> str:
    """ "cheapest draft that does 9:16", after the provider's name."""
    first = route.legs[0]
    animated = ask.generation_mode == GenerationMode.IMAGE_TO_VIDEO
    does = "moves a picture" if animated else f"does {ask.ratio}"
    if ask.provider:
        return "your choice" if first.provider == ask.provider else "in place of your choice"
    if len(route.legs) == 1:
        return f"the only {ask.tier} that {does}"
    if first.price_micros == min(leg.price_micros for leg in route.legs):
        return f"cheapest {ask.tier} that {does}"
    return f"first in the {ask.tier} order that {does}"


def _notes(ask: JobAsk, route: Route) -> list[str]:
    leg = route.legs[0]
    notes = []
    if leg.needs_trim:
        notes.append(f"{leg.asked_seconds} s asked, {leg.billed_seconds} s billed")
    if leg.needs_reframe:
        notes.append(f"made in {leg.native_ratio}, then cut to {ask.ratio}")
    return notes
