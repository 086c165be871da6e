"""What the same requests would have cost under another tier policy, at the prices of their days.

The router itself is asked again, with other orders: so lengths, abilities, named providers and
caps count as they did. What it finds is put in the place of what a delivered clip has cost. Kept
as the ledger has it: every line of a tier whose order is not changed, of a clip that the same
offer would have made again, of a clip that nobody could have made, and of a job that delivered
nothing. The original policy therefore gives the ledger's own sum.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from generation.money.insight import Scope
from generation.money.job_sums import offers_won
from generation.money.old_markets import OldMarkets, Orders
from generation.routing import RouteAsk
from providers.types import GenerationMode, Tier


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


def replay(scope: Scope, *, orders: Orders) -> Replay:
    """The span once more under `orders`; tiers that they do not name stay as they were.

    Raises Refused, with the tier as the field, for an order that names nothing on sale.
    """
    markets = scope.markets.under(orders)
    markets.check(orders, on=scope.span.last)
    changed = [tier for tier, entries in orders.items() if not markets.is_own(tier, entries)]
    sums: dict[str, list[int]] = defaultdict(lambda: [0] * 5)
    for tier, kept in scope.sums("tier").items():
        if kept.jobs and tier not in changed:
            sums[tier] = [kept.jobs, 0, 0, kept.micros, kept.micros]
    for alike in _paid(scope, markets, tiers=changed) if changed else ():
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


@dataclass(frozen=True, kw_only=True)
class Alike:
    """Jobs with one question, asked at the same prices, that the same offer has delivered; None
    for none."""

    ask: RouteAsk
    asked_on: date
    offer_id: int | None
    jobs: int
    spent_micros: int


def _paid(scope: Scope, markets: OldMarkets, *, tiers: list[Tier]) -> Iterator[Alike]:
    """What the jobs of these tiers spent within the span, those with the same question together.

    A delivery counts where its own settlement stands, so that no clip is replaced twice.
    """
    span = scope.span
    alike = scope.summed_jobs.counts("paid", changes=markets.changes, tiers=tiers)
    for (key, asked), counts in alike.items():
        made, tier, seconds, ratio, provider, fallback, cap, won = json.loads(key)
        if tier not in tiers:
            continue
        ask = RouteAsk(
            generation_mode=GenerationMode(made),
            tier=Tier(tier),
            seconds=seconds,
            ratio=ratio,
            mode=scope.access.mode,
            provider=provider or None,
            enable_fallback=fallback,
            max_cost_micros=cap,
        )
        yield Alike(
            ask=ask,
            asked_on=asked,
            offer_id=max(offers_won(won, last=span.last), default=None),
            jobs=counts.jobs,
            spent_micros=counts.micros,
        )


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
