"""What a list of clips will cost, before anything is held or made."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from generation.routing import Route, RouteAsk, plan_route
from providers.market import Market, market

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
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return Quote(
        lines=tuple(lines),
        likely_micros=sum(line.likely_micros for line in lines),
        worst_micros=sum(line.worst_micros for line in lines),
        by_provider=by_provider,
        valid_until=min(now + GOOD_FOR, midnight),
    )


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
