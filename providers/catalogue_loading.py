"""Bring catalogue files into the database: prices are added, never changed."""

from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction

from providers.catalogue import catalogue_of, forget
from providers.catalogue_file import PROVIDERS, CatalogueFile, OfferRow, load_catalogue
from providers.models import (
    Lifecycle,
    ModelLimit,
    Offer,
    PriceRow,
    ProviderAccount,
    TierPolicy,
)

CATALOG_FOLDER = Path(__file__).resolve().parent / "catalog"
MODES = ("test", "live")


@dataclass(kw_only=True)
class LoadReport:
    """What one load did. `kept` are sentences about prices of the past that stayed."""

    offers_added: int = 0
    prices_added: int = 0
    retired: int = 0
    kept: list[str] = field(default_factory=list)


def load_folder(folder: Path = CATALOG_FOLDER) -> LoadReport:
    """Load every catalogue of a folder, all or nothing, and make sure of our accounts.

    May be run at any time and again. Raises CatalogueError before anything is written.
    """
    files = [load_catalogue(path) for path in sorted(folder.glob("*.toml"))]
    report = LoadReport()
    with transaction.atomic():
        for file in files:
            _store(file, report=report)
        for provider in PROVIDERS:
            for mode in MODES:
                ProviderAccount.objects.get_or_create(provider=provider, mode=mode)
        for mode in MODES:
            _store_slots(next((f for f in files if f.name == catalogue_of(mode)), None), mode=mode)
    forget()
    return report


def _store(file: CatalogueFile, *, report: LoadReport) -> None:
    kept = [_store_offer(row, catalogue=file.name, report=report) for row in file.offers]
    gone = Offer.objects.filter(catalogue=file.name).exclude(pk__in=kept)
    # Old jobs and ledger lines still name these offers, so they are ended and not deleted.
    gone = gone.filter(lifecycle_by_hand=False)
    report.retired += gone.exclude(lifecycle=Lifecycle.RETIRED).update(lifecycle=Lifecycle.RETIRED)
    for tier in file.tiers:
        told = {"order": list(tier.order), "note": tier.note}
        policies = TierPolicy.objects.filter(catalogue=file.name, tier=tier.tier)
        if not policies.filter(order_by_hand=True).exists():
            policies.update_or_create(catalogue=file.name, tier=tier.tier, defaults=told)


def _store_slots(file: CatalogueFile | None, *, mode: str) -> None:
    """How many tasks of a model may run at once, but for what a person has set."""
    told = {(o.provider, o.model): o.terms["slots"] for o in file.offers} if file else {}
    for account in ProviderAccount.objects.filter(mode=mode):
        known = {limit.model: limit for limit in account.model_limits.all()}
        for (provider, model), slots in told.items():
            limit = known.get(model)
            if provider != account.provider or (limit is None and slots is None):
                continue
            if limit is None:
                ModelLimit.objects.create(account=account, model=model, slots=slots)
            elif not limit.slots_by_hand and limit.slots != slots:
                ModelLimit.objects.filter(pk=limit.pk).update(slots=slots)


def _store_offer(row: OfferRow, *, catalogue: str, report: LoadReport) -> int:
    told = {
        "display_name": row.display_name,
        "terms": dict(row.terms),
        "source": row.source,
        "confidence": row.confidence,
    }
    offer, added = Offer.objects.update_or_create(
        catalogue=catalogue,
        provider=row.provider,
        model=row.model,
        transport=row.transport,
        defaults=told,
        create_defaults={**told, "lifecycle": row.lifecycle},
    )
    if not offer.lifecycle_by_hand and offer.lifecycle != row.lifecycle:
        Offer.objects.filter(pk=offer.pk).update(lifecycle=row.lifecycle)
    report.offers_added += added
    _store_price(row, offer=offer, report=report)
    return offer.pk


def _store_price(row: OfferRow, *, offer: Offer, report: LoadReport) -> None:
    price, added = PriceRow.objects.get_or_create(
        offer=offer,
        valid_from=row.valid_from,
        defaults={
            "micros_per_second": row.micros_per_second,
            "currency": row.currency,
            "source": row.source,
            "confidence": row.confidence,
        },
    )
    report.prices_added += added
    if price.micros_per_second != row.micros_per_second:
        report.kept.append(
            f"{offer}: the price since {row.valid_from} stays as it is;"
            " give the new one a valid_from of its own."
        )
