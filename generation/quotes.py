"""What a list of clips will cost, before anything is held or made."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.access import Access
from generation import clock
from generation.asks import Checker, JobAsk, Refused, check_terms, frozen, route_ask
from generation.models import Quote as KeptQuote
from generation.models import QuoteKind
from generation.routing import NoOffer, Route, RouteAsk, plan_route
from providers.market import Market, market
from providers.registry import ADAPTERS

GOOD_FOR = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True)
class QuoteLine:
    """One clip: who makes it first, whole seconds as asked and as billed, micro-dollars."""

    provider: str
    model: str
    asked_seconds: int
    billed_seconds: int
    likely_micros: int
    worst_micros: int
    route: Route


@dataclass(frozen=True, kw_only=True)
class Quote:
    """`worst_micros` is the sum of the dearest legs; `by_provider` sums what is likely."""

    lines: tuple[QuoteLine, ...]
    likely_micros: int
    worst_micros: int
    by_provider: dict[str, int]
    valid_until: datetime


def quote(
    asks: Iterable[RouteAsk], *, trade: Market | None = None, now: datetime | None = None
) -> Quote:
    """Price clips in one go, all of one mode. Raises NoOffer for the first that nobody makes.

    Prices change at midnight UTC, so no quote outlives its day.
    """
    now = (now or datetime.now(UTC)).astimezone(UTC)
    routes: dict[RouteAsk, Route] = {}
    lines = []
    for ask in asks:
        if ask not in routes:
            trade = trade or market(ask.mode, now=now)
            routes[ask] = plan_route(ask, trade=trade)
        lines.append(_line(routes[ask]))
    by_provider: dict[str, int] = {}
    for line in lines:
        by_provider[line.provider] = by_provider.get(line.provider, 0) + line.likely_micros
    return Quote(
        lines=tuple(lines),
        likely_micros=sum(line.likely_micros for line in lines),
        worst_micros=sum(line.worst_micros for line in lines),
        by_provider=by_provider,
        valid_until=_until(now),
    )


def keep(
    access: Access, asks: Sequence[JobAsk], *, kind: QuoteKind, labels: Sequence[str] = ()
) -> KeptQuote:
    """Price asks and keep the quote, so that jobs can be made on it. Nothing is held.

    Raises Refused, naming the clip at fault where there are several.
    """
    now = clock.now().astimezone(UTC)
    trade = market(access.mode, now=now)
    checker = Checker(access, trade=trade)
    lines: list[dict[str, Any]] = []
    routes: list[dict[str, Any]] = []
    places: dict[RouteAsk, int] = {}
    for index, ask in enumerate(asks):
        question = route_ask(access, ask)
        if question not in places:
            places[question] = len(routes)
            routes.append(_priced(access, checker, ask, at=_at(kind, index), trade=trade))
        label = labels[index] if labels else ""
        lines.append({"label": label, "route": places[question]})
    counts = [sum(line["route"] == place for line in lines) for place in range(len(routes))]
    return KeptQuote.objects.create(
        workspace_id=access.workspace_id,
        mode=access.mode,
        kind=kind,
        created_by_id=access.user_id,
        api_key_id=access.api_key_id,
        routes=routes,
        lines=lines,
        alternatives=_alternatives(places, counts, trade),
        likely_micros=_sum(counts, [one["legs"][0]["price_micros"] for one in routes]),
        worst_micros=_sum(counts, [worst_of(one["legs"]) for one in routes]),
        valid_until=_until(now),
    )


def terms_of(ask: JobAsk) -> dict[str, Any]:
    """What the price of a clip depends on. The rest of a request may change after its quote."""
    # Said only where there is one: a quote without it covers no clip that ends on a picture.
    last = {"last_image_path": "given"} if ask.last_picture_uid else {}
    return {
        **last,
        "mode": ask.generation_mode.value,
        "duration": ask.seconds,
        "quality": ask.tier.value,
        "aspect_ratio": ask.ratio,
        "provider": ask.provider,
        "enable_fallback": ask.enable_fallback,
        "max_cost_micros": ask.max_cost_micros,
    }


def worst_of(legs: Sequence[dict[str, Any]]) -> int:
    return max(int(leg["price_micros"]) for leg in legs)


def _priced(
    access: Access, checker: Checker, ask: JobAsk, *, at: str, trade: Market
) -> dict[str, Any]:
    try:
        check_terms(ask)
        route = checker.route(ask)
    except Refused as refused:
        raise Refused(refused.message, field=f"{at}{refused.field}", code=refused.code) from None
    offers = {offer.offer_id: offer.terms for offer in trade.catalogue.offers}
    return {
        "terms": terms_of(ask),
        "legs": frozen(route, mode=access.mode, terms_of=offers),
        "left_out": [miss.as_json() for miss in route.left_out],
    }


def _alternatives(
    places: dict[RouteAsk, int], counts: Sequence[int], trade: Market
) -> dict[str, int | None]:
    """For each provider, the whole list made by it alone; None where it cannot make all."""
    found: dict[str, int | None] = {}
    for provider in ADAPTERS:
        try:
            found[provider] = sum(
                counts[place] * plan_route(_alone(ask, provider), trade=trade).likely_micros
                for ask, place in places.items()
            )
        except NoOffer:
            found[provider] = None
    return found


def _alone(ask: RouteAsk, provider: str) -> RouteAsk:
    return replace(ask, provider=provider, enable_fallback=False)


def _at(kind: QuoteKind, index: int) -> str:
    """Where in the request a clip stands; the clips of a batch share their terms."""
    return f"clips.{index}." if kind == QuoteKind.PLAN else ""


def _sum(counts: Sequence[int], prices: Sequence[int]) -> int:
    return sum(count * price for count, price in zip(counts, prices, strict=True))


def _until(now: datetime) -> datetime:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return min(now + GOOD_FOR, midnight)


def _line(route: Route) -> QuoteLine:
    first = route.legs[0]
    return QuoteLine(
        provider=first.provider,
        model=first.model,
        asked_seconds=first.asked_seconds,
        billed_seconds=first.billed_seconds,
        likely_micros=route.likely_micros,
        worst_micros=route.worst_micros,
        route=route,
    )
