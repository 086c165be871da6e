"""What making clips at the tier that they needed has saved."""

import json
from dataclasses import dataclass

from generation.money.insight import Scope
from generation.routing import RouteAsk
from providers.types import GenerationMode, Tier


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


def saved_by_tiering(scope: Scope) -> Saving:
    """By FORMULA; the master tier's order is today's, its prices are those of each day."""
    markets = scope.markets
    compared = left_out = premium = paid = 0
    alike = scope.summed_jobs.counts("ended", changes=markets.changes)
    for (key, asked), counts in alike.items():
        generation_mode, seconds, ratio = json.loads(key)
        ask = RouteAsk(
            generation_mode=GenerationMode(generation_mode),
            tier=Tier.MASTER,
            seconds=seconds,
            ratio=ratio,
            mode=scope.access.mode,
        )
        best = markets.route(ask, on=asked)
        if best is None:
            left_out += counts.jobs
            continue
        compared += counts.jobs
        premium += counts.jobs * best.legs[0].price_micros
        paid += counts.micros
    return Saving(compared=compared, left_out=left_out, premium_micros=premium, paid_micros=paid)
