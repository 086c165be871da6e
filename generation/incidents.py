"""What goes wrong at providers just now, in plain words, and what it has moved and cost so far."""

from dataclasses import dataclass
from datetime import datetime

from accounts.access import Access
from generation.choices import AttemptState
from generation.models import Attempt
from generation.track_record import Lately
from generation.wording import provider_name
from providers.market import Market
from providers.micros import dollars

FEWEST_CLIPS = 5
SLOWER = 2  # times the slow end that the catalogue promises
MOST_MOVED = 500


@dataclass(frozen=True, kw_only=True)
class Incident:
    """One trouble of one provider. `since` is when its circuit opened, where it did."""

    provider: str
    words: str
    since: datetime | None


@dataclass(frozen=True, kw_only=True)
class Moved:
    """Clips made elsewhere than planned first; `extra_micros` is below 0 where that was cheaper."""

    provider: str
    other: str
    clips: int
    extra_micros: int

    @property
    def words(self) -> str:
        many = "clip" if self.clips == 1 else "clips"
        sign = "\u2212" if self.extra_micros < 0 else "+"
        cost = f"{sign}{dollars(abs(self.extra_micros))} so far today"
        return f"{self.clips} {many} moved from {self.provider} to {self.other}, {cost}."


def incidents(trade: Market, *, record: Lately) -> list[Incident]:
    """Accounts that take nothing new, and offers slower than promised. Asks nothing."""
    found = []
    for provider, account in trade.accounts.items():
        if account.shut and provider in trade.keyed:
            words = f"{provider_name(provider)} takes nothing new: {account.shut.rstrip('.')}."
            found.append(Incident(provider=provider, words=words, since=account.circuit_since))
    return found + _slow(trade, record=record)


def moved_since(access: Access, *, since: datetime) -> list[Moved]:
    """What fallback has done in this workspace since then. One query."""
    rows = (
        Attempt.objects.within(access)
        .filter(
            state=AttemptState.SUCCEEDED,
            leg_index__gt=0,
            job__ended_at__gte=since,
            job__workspace_id=access.workspace_id,
            job__mode=access.mode,
        )
        .values_list("provider", "cost_micros", "max_micros", "job__route")[:MOST_MOVED]
    )
    sums: dict[tuple[str, str], tuple[int, int]] = {}
    for provider, cost, most, route in rows:
        names = (provider_name(route[0]["provider"]), provider_name(provider))
        clips, extra = sums.get(names, (0, 0))
        paid = most if cost is None else cost
        sums[names] = (clips + 1, extra + paid - route[0]["price_micros"])
    return [
        Moved(provider=first, other=other, clips=clips, extra_micros=extra)
        for (first, other), (clips, extra) in sums.items()
        if first != other
    ]


def _slow(trade: Market, *, record: Lately) -> list[Incident]:
    found = []
    for offer in trade.catalogue.offers:
        one = record.offers.get(offer.offer_id)
        if one is None or one.succeeded < FEWEST_CLIPS or one.most is None:
            continue
        if one.most > SLOWER * offer.terms.slow_seconds:
            words = (
                f"{offer.display_name} is slow: 19 of 20 clips took up to {_minutes(one.most)},"
                f" {_minutes(offer.terms.slow_seconds)} is usual."
            )
            found.append(Incident(provider=offer.provider, words=words, since=None))
    return found


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f}\u00a0s" if seconds < 100 else f"{seconds / 60:.0f}\u00a0min"
