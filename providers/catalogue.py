"""What can be bought today, read from the database.

A process keeps what it has read for a few seconds, so that pricing a thousand clips asks the
database once; a new price is therefore seen everywhere within `KEPT_SECONDS`.
"""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from django.conf import settings

from providers.models import Lifecycle, Offer, PriceRow, TierPolicy
from providers.terms import OfferTerms, terms_from
from providers.types import GenerationMode, Tier

KEPT_SECONDS = 5.0


@dataclass(frozen=True, kw_only=True)
class PricedOffer:
    """An offer with the price row that is valid on the day asked about."""

    offer_id: int
    catalogue: str
    provider: str
    model: str
    transport: str
    display_name: str
    lifecycle: str
    source: str
    confidence: str
    terms: OfferTerms = field(compare=False)
    price_row_id: int
    micros_per_second: int
    currency: str
    priced_since: date

    def retired(self, *, on: date) -> bool:
        ended = self.terms.retired_on is not None and self.terms.retired_on <= on
        return ended or self.lifecycle == Lifecycle.RETIRED

    def named(self, entry: str) -> bool:
        """Whether a tier's entry ("kling" or "kling/kling-2.6") means this offer."""
        return entry in (self.provider, f"{self.provider}/{self.model}")


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """One catalogue on one day: the offers in file order, and each tier's order of entries."""

    name: str
    on: date
    offers: tuple[PricedOffer, ...]
    orders: dict[Tier, tuple[str, ...]]

    def named(self, entry: str) -> tuple[PricedOffer, ...]:
        return tuple(offer for offer in self.offers if offer.named(entry))

    def in_tier(self, tier: Tier) -> tuple[PricedOffer, ...]:
        """The tier's own offers in its order, each once."""
        found = (offer for entry in self.orders.get(tier, ()) for offer in self.named(entry))
        return tuple(dict.fromkeys(found))

    def of_provider(self, provider: str, *, tier: Tier) -> tuple[PricedOffer, ...]:
        """All offers of a provider: those that the tier names first, then in file order."""
        named = (offer for offer in self.in_tier(tier) if offer.provider == provider)
        return tuple(dict.fromkeys((*named, *self.named(provider))))

    def able(
        self, offers: Iterable[PricedOffer], *, mode: GenerationMode, seconds: int
    ) -> Iterator[PricedOffer]:
        """Those that are on sale and make this mode at this length."""
        for offer in offers:
            long_enough = offer.terms.billed_seconds(seconds) is not None
            if long_enough and offer.terms.can(mode) and not offer.retired(on=self.on):
                yield offer


_kept: dict[tuple[str, date], tuple[float, Catalogue]] = {}


def catalogue_of(mode: str) -> str:
    """The name of the catalogue that a mode ("test" or "live") buys from."""
    return settings.CATALOGUE_TEST if mode == "test" else settings.CATALOGUE_LIVE


def configured(provider: str, mode: str) -> bool:
    """Whether we hold a key: in test mode always, in live mode as the settings say."""
    if mode == "test":
        return True
    keys = settings.PROVIDER_KEYS[provider]
    return bool(keys.get("key") or (keys.get("access_key") and keys.get("secret_key")))


def catalogue(name: str, *, on: date) -> Catalogue:
    """One catalogue as it is on a day, kept for a few seconds."""
    kept = _kept.get((name, on))
    if kept and kept[0] > time.monotonic():
        return kept[1]
    policies = TierPolicy.objects.filter(catalogue=name)
    fresh = Catalogue(
        name=name,
        on=on,
        offers=_read(name, on=on),
        orders={Tier(policy.tier): tuple(policy.order) for policy in policies},
    )
    _kept[name, on] = (time.monotonic() + KEPT_SECONDS, fresh)
    return fresh


def offers_in(name: str, *, on: date) -> tuple[PricedOffer, ...]:
    """The offers that have a price on that day, in file order."""
    return catalogue(name, on=on).offers


def offers_today(mode: str) -> tuple[PricedOffer, ...]:
    """What a mode ("test" or "live") can buy today, by UTC, whoever of the vendors is up."""
    return offers_in(catalogue_of(mode), on=datetime.now(UTC).date())


def forget() -> None:
    """Drop what this process has kept; called wherever offers or prices are written."""
    _kept.clear()


def _read(name: str, *, on: date) -> tuple[PricedOffer, ...]:
    rows = (
        PriceRow.objects.filter(offer__catalogue=name, valid_from__lte=on)
        .select_related("offer")
        .order_by("valid_from")
    )
    # Later rows of the same offer replace earlier ones, which leaves the one in force.
    in_force = {row.offer_id: row for row in rows}
    offers = (_priced(row.offer, row=row) for row in in_force.values())
    return tuple(sorted(offers, key=lambda offer: (offer.terms.position, offer.offer_id)))


def _priced(offer: Offer, *, row: PriceRow) -> PricedOffer:
    return PricedOffer(
        offer_id=offer.pk,
        catalogue=offer.catalogue,
        provider=offer.provider,
        model=offer.model,
        transport=offer.transport,
        display_name=offer.display_name,
        lifecycle=offer.lifecycle,
        source=row.source,
        confidence=row.confidence,
        terms=terms_from(offer.terms),
        price_row_id=row.pk,
        micros_per_second=row.micros_per_second,
        currency=row.currency,
        priced_since=row.valid_from,
    )
