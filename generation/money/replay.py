"""What the same requests would have cost under another tier policy, at the prices of their days.

The router itself is asked again, with other orders: so lengths, abilities, named providers and
caps count as they did. What it finds is put in the place of what a delivered clip has cost. Kept
as the ledger has it: every line of a tier whose order is not changed, of a clip that the same
offer would have made again, of a clip that nobody could have made, and of a job that delivered
nothing. The original policy therefore gives the ledger's own sum.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from django.db.models import Max, Q, Sum

from generation.asks import Refused
from generation.choices import AttemptState, JobState, LineKind
from generation.models import Job
from generation.money.insight import Scope
from generation.routing import NoOffer, Route, RouteAsk, plan_route
from providers.catalogue import catalogue, catalogue_of
from providers.market import Market, market
from providers.models import PriceRow
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

    Prices are read once for each day on which one has changed, not for each day or job.
    """

    def __init__(self, mode: str) -> None:
        self._mode = mode
        self._name = catalogue_of(mode)
        rows = PriceRow.objects.filter(offer__catalogue=self._name)
        self._changes = sorted(set(rows.values_list("valid_from", flat=True)))
        self._markets: dict[date, Market] = {}
        self._routes: dict[tuple[RouteAsk, date, str], Route | None] = {}

    def route(self, ask: RouteAsk, *, on: date, orders: Orders) -> Route | None:
        """What the router would have said on that day; None where nobody could."""
        key = (ask, on, repr(sorted(orders.items())))
        if key not in self._routes:
            try:
                self._routes[key] = plan_route(ask, trade=self._market(on, orders=orders))
            except NoOffer:
                self._routes[key] = None
        return self._routes[key]

    def check(self, orders: Orders, *, on: date) -> None:
        """Raises Refused for an order that names nothing on sale."""
        known = self._market(on, orders={}).catalogue
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

    def _market(self, on: date, *, orders: Orders) -> Market:
        since = max((day for day in self._changes if day <= on), default=on)
        if since not in self._markets:
            then = datetime.combine(since, time(), tzinfo=UTC)
            self._markets[since] = _opened(market(self._mode, now=then))
        kept = self._markets[since]
        shelf = replace(kept.catalogue, on=on, orders={**kept.catalogue.orders, **orders})
        return replace(kept, catalogue=shelf)


def replay(scope: Scope, *, orders: Orders) -> Replay:
    """The span once more under `orders`; tiers that they do not name stay as they were.

    Raises Refused, with the tier as the field, for an order that names nothing on sale.
    """
    markets = OldMarkets(scope.access.mode)
    markets.check(orders, on=scope.span.last)
    changed = {
        tier: entries for tier, entries in orders.items() if not markets.is_own(tier, entries)
    }
    sums: dict[str, list[int]] = defaultdict(lambda: [0] * 5)
    for job, spent, offer_id in _paid(scope):
        row = sums[job.tier]
        again = _again(job, markets=markets, orders=changed) if offer_id else None
        tried = offer_id is not None and Tier(job.tier) in changed
        other = again is not None and again.legs[0].offer_id != offer_id
        new = again.legs[0].price_micros if again is not None and other else spent
        for index, value in enumerate((1, int(other), int(tried and again is None), spent, new)):
            row[index] += value
    tiers = tuple(_replayed(tier, sums[tier]) for tier in Tier if tier in sums)
    return Replay(
        tiers=tiers,
        actual_micros=sum(row.actual_micros for row in tiers),
        replayed_micros=sum(row.replayed_micros for row in tiers),
    )


def saved_by_tiering(scope: Scope) -> Saving:
    """By FORMULA; the master tier's order is today's, its prices are those of each day."""
    markets = OldMarkets(scope.access.mode)
    done = scope.jobs().filter(
        state=JobState.COMPLETED,
        ended_at__gte=scope.span.starts,
        ended_at__lt=scope.span.ends,
    )
    compared = left_out = premium = paid = 0
    for job in done.only(*ASKED, "cost_micros").iterator(chunk_size=2000):
        best = markets.route(
            replace(_plain(job, mode=scope.access.mode), tier=Tier.MASTER),
            on=_day(job),
            orders={},
        )
        if best is None:
            left_out += 1
            continue
        compared += 1
        premium += best.legs[0].price_micros
        paid += job.cost_micros
    return Saving(compared=compared, left_out=left_out, premium_micros=premium, paid_micros=paid)


ASKED = (
    "generation_mode",
    "tier",
    "seconds",
    "ratio",
    "provider",
    "enable_fallback",
    "max_cost_micros",
    "created_at",
    "mode",
)


def _paid(scope: Scope) -> Iterable[tuple[Job, int, int | None]]:
    """Each job with what it spent within the span, and the offer that delivered it there.

    A delivery counts where its own settlement stands, so that no clip is replaced twice.
    """
    won = Q(
        kind=LineKind.SETTLE,
        attempt__state=AttemptState.SUCCEEDED,
        job__state=JobState.COMPLETED,
    )
    rows = scope.lines().values_list("job_id")
    told = rows.annotate(spent=Sum("spent_delta"), offer=Max("attempt__offer_id", filter=won))
    sums = {job_id: (spent, offer) for job_id, spent, offer in told.order_by()}
    mine = scope.jobs().filter(pk__in=scope.lines().values("job_id"))
    for job in mine.only(*ASKED).iterator(chunk_size=2000):
        yield job, *sums[job.pk]


def _again(job: Job, *, markets: OldMarkets, orders: Orders) -> Route | None:
    if Tier(job.tier) not in orders:
        return None
    ask = replace(
        _plain(job, mode=job.mode),
        provider=job.provider or None,
        enable_fallback=job.enable_fallback,
        max_cost_micros=job.max_cost_micros,
    )
    return markets.route(ask, on=_day(job), orders=orders)


def _plain(job: Job, *, mode: str) -> RouteAsk:
    """The clip alone, without wishes for a provider or a cap."""
    return RouteAsk(
        generation_mode=GenerationMode(job.generation_mode),
        tier=Tier(job.tier),
        seconds=job.seconds,
        ratio=job.ratio,
        mode=mode,
    )


def _day(job: Job) -> date:
    """Prices change at midnight UTC."""
    return job.created_at.astimezone(UTC).date()


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
