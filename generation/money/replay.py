"""What the same requests would have cost under another tier policy, at the prices of their days.

The router itself is asked again, with other orders: so lengths, abilities, named providers and
caps count as they did. What it finds is put in the place of what a delivered clip has cost. Kept
as the ledger has it: every line of a tier whose order is not changed, of a clip that the same
offer would have made again, of a clip that nobody could have made, and of a job that delivered
nothing. The original policy therefore gives the ledger's own sum.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any

from django.db import connection
from django.db.models import Count, F, Max, Q, Sum
from django.db.models.functions import TruncDate

from generation.asks import Refused
from generation.choices import AttemptState, JobState, LineKind
from generation.money.insight import Scope
from generation.routing import NoOffer, Route, RouteAsk, plan_route
from providers.catalogue import catalogue, catalogue_of
from providers.market import Market, market
from providers.models import Offer, PriceRow
from providers.terms import terms_from
from providers.types import GenerationMode, Tier

Orders = Mapping[Tier, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class Replayed:
    """One tier's sums in micro-dollars, and how many of its clips would have cost otherwise."""

    tier: str
    jobs: int
    changed: int
    impossible: int
    actual_micros: int
    replayed_micros: int


@dataclass(frozen=True, kw_only=True)
class Replay:
    """`actual_micros` is the ledger's sum of the span."""

    tiers: tuple[Replayed, ...]
    actual_micros: int
    replayed_micros: int

    @property
    def saved_micros(self) -> int:
        return self.actual_micros - self.replayed_micros


@dataclass(frozen=True, kw_only=True)
class Saving:
    """What tiering has saved on delivered clips against making all of them at the best tier.

    `compared` clips have a master price on their day; `left_out` have none and are in no sum.
    """

    compared: int
    left_out: int
    premium_micros: int
    paid_micros: int

    @property
    def saved_micros(self) -> int:
        return self.premium_micros - self.paid_micros


FORMULA = (
    "For each clip delivered in these days: the list price of the first offer of the master tier"
    " that makes its length and mode, on the day on which it was asked for, minus all that its job"
    " has cost."
)


class OldMarkets:
    """The market of each day gone by: that day's prices, our accounts all open.

    Nothing is looked up twice for days between which neither a price has changed nor an offer
    was retired: the router would say the same.
    """

    def __init__(self, mode: str, *, orders: Orders) -> None:
        self._mode = mode
        self._name = catalogue_of(mode)
        self._orders = orders
        offers = Offer.objects.filter(catalogue=self._name)
        prices = PriceRow.objects.filter(offer__in=offers)
        retired = (terms_from(terms).retired_on for terms in offers.values_list("terms", flat=True))
        self._changes = sorted(
            {*prices.values_list("valid_from", flat=True), *(day for day in retired if day)}
        )
        self._markets: dict[date, Market] = {}
        self._routes: dict[tuple[RouteAsk, date], Route | None] = {}

    def route(self, ask: RouteAsk, *, on: date) -> Route | None:
        """What the router would have said on that day; None where nobody could."""
        since = self._since(on)
        if (ask, since) not in self._routes:
            try:
                self._routes[ask, since] = plan_route(ask, trade=self._market(since))
            except NoOffer:
                self._routes[ask, since] = None
        return self._routes[ask, since]

    def check(self, orders: Orders, *, on: date) -> None:
        """Raises Refused for an order that names nothing on sale."""
        known = self._market(self._since(on)).catalogue
        for tier, entries in orders.items():
            if not entries:
                raise Refused("Name at least one provider.", field=tier)
            for entry in entries:
                if not known.named(entry):
                    names = ", ".join(sorted({offer.provider for offer in known.offers}))
                    raise Refused(
                        f"“{entry}” is not on sale. Choose from {names}, or provider/model.",
                        field=tier,
                    )

    def is_own(self, tier: Tier, entries: tuple[str, ...]) -> bool:
        """Whether this is the tier's order already."""
        return catalogue(self._name, on=datetime.now(UTC).date()).orders.get(tier) == entries

    def _since(self, on: date) -> date:
        """The last change at or before that day."""
        place = bisect_right(self._changes, on)
        return self._changes[place - 1] if place else on

    def _market(self, since: date) -> Market:
        if since not in self._markets:
            then = datetime.combine(since, time(), tzinfo=UTC)
            kept = _opened(market(self._mode, now=then))
            shelf = replace(kept.catalogue, orders={**kept.catalogue.orders, **self._orders})
            self._markets[since] = replace(kept, catalogue=shelf)
        return self._markets[since]


def replay(scope: Scope, *, orders: Orders) -> Replay:
    """The span once more under `orders`; tiers that they do not name stay as they were.

    Raises Refused, with the tier as the field, for an order that names nothing on sale.
    """
    markets = OldMarkets(scope.access.mode, orders=orders)
    markets.check(orders, on=scope.span.last)
    changed = [tier for tier, entries in orders.items() if not markets.is_own(tier, entries)]
    sums: dict[str, list[int]] = defaultdict(lambda: [0] * 5)
    for tier, kept in scope.sums("tier").items():
        if kept.jobs and tier not in changed:
            sums[tier] = [kept.jobs, 0, 0, kept.micros, kept.micros]
    for alike in _paid(scope, tiers=changed) if changed else ():
        row = sums[alike.ask.tier]
        delivered = alike.offer_id is not None
        again = markets.route(alike.ask, on=alike.asked_on) if delivered else None
        other = again is not None and again.legs[0].offer_id != alike.offer_id
        new = alike.jobs * again.legs[0].price_micros if again and other else alike.spent_micros
        row[0] += alike.jobs
        row[1] += alike.jobs * other
        row[2] += alike.jobs * (delivered and again is None)
        row[3] += alike.spent_micros
        row[4] += new
    tiers = tuple(_replayed(tier, sums[tier]) for tier in Tier if tier in sums)
    return Replay(
        tiers=tiers,
        actual_micros=sum(row.actual_micros for row in tiers),
        replayed_micros=sum(row.replayed_micros for row in tiers),
    )


def saved_by_tiering(scope: Scope) -> Saving:
    """By FORMULA; the master tier's order is today's, its prices are those of each day."""
    markets = OldMarkets(scope.access.mode, orders={})
    done = scope.jobs().filter(
        state=JobState.COMPLETED,
        ended_at__gte=scope.span.starts,
        ended_at__lt=scope.span.ends,
    )
    alike = done.values_list("generation_mode", "seconds", "ratio", _asked_on("created_at"))
    compared = left_out = premium = paid = 0
    for generation_mode, seconds, ratio, on, jobs, cost in alike.annotate(
        n=Count("*"), cost=Sum("cost_micros")
    ).order_by():
        ask = RouteAsk(
            generation_mode=GenerationMode(generation_mode),
            tier=Tier.MASTER,
            seconds=seconds,
            ratio=ratio,
            mode=scope.access.mode,
        )
        best = markets.route(ask, on=on)
        if best is None:
            left_out += jobs
            continue
        compared += jobs
        premium += jobs * best.legs[0].price_micros
        paid += cost
    return Saving(compared=compared, left_out=left_out, premium_micros=premium, paid_micros=paid)


@dataclass(frozen=True, kw_only=True)
class Alike:
    """Jobs of one day with one question that the same offer has delivered, None for none."""

    ask: RouteAsk
    asked_on: date
    offer_id: int | None
    jobs: int
    spent_micros: int


def _paid(scope: Scope, *, tiers: list[Tier]) -> Iterator[Alike]:
    """What the jobs of these tiers spent within the span, those with the same question together.

    A delivery counts where its own settlement stands, so that no clip is replaced twice.
    """
    won = Q(
        kind=LineKind.SETTLE,
        attempt__state=AttemptState.SUCCEEDED,
        job__state=JobState.COMPLETED,
    )
    rows = (
        scope.lines()
        .filter(job__tier__in=tiers)
        .values(
            "job_id",
            question_mode=F("job__generation_mode"),
            question_tier=F("job__tier"),
            question_seconds=F("job__seconds"),
            question_ratio=F("job__ratio"),
            question_provider=F("job__provider"),
            question_fallback=F("job__enable_fallback"),
            question_cap=F("job__max_cost_micros"),
            asked_on=_asked_on("job__created_at"),
        )
    )
    each = rows.annotate(spent=Sum("spent_delta"), won=Max("attempt__offer_id", filter=won))
    inner, params = each.order_by().query.sql_with_params()
    names = (
        "question_mode, question_tier, question_seconds, question_ratio, question_provider,"
        " question_fallback, question_cap, asked_on, won"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {names}, COUNT(*), SUM(spent) FROM ({inner}) each_job"  # noqa: S608 - ours
            f" GROUP BY {names}",
            params,
        )
        for row in cursor:
            yield _alike(row, mode=scope.access.mode)


def _alike(row: tuple[Any, ...], *, mode: str) -> Alike:
    """One row of the grouped question; SQLite tells days as text."""
    made, tier, seconds, ratio, provider, fallback, cap, on, offer, jobs, spent = row
    ask = RouteAsk(
        generation_mode=GenerationMode(made),
        tier=Tier(tier),
        seconds=seconds,
        ratio=ratio,
        mode=mode,
        provider=provider or None,
        enable_fallback=bool(fallback),
        max_cost_micros=cap,
    )
    return Alike(
        ask=ask,
        asked_on=on if isinstance(on, date) else date.fromisoformat(on),
        offer_id=offer,
        jobs=jobs,
        spent_micros=int(spent),
    )


def _asked_on(column: str) -> TruncDate:
    """Prices change at midnight UTC."""
    return TruncDate(column, tzinfo=UTC)


def _opened(trade: Market) -> Market:
    """Nobody is down in a replay."""
    accounts = {name: replace(account, shut="") for name, account in trade.accounts.items()}
    return replace(trade, accounts=accounts)


def _replayed(tier: Tier, row: list[int]) -> Replayed:
    jobs, changed, impossible, actual, new = row
    return Replayed(
        tier=tier,
        jobs=jobs,
        changed=changed,
        impossible=impossible,
        actual_micros=actual,
        replayed_micros=new,
    )
