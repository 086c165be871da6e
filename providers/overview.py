"""The four providers as the providers endpoint and page show them."""

from dataclasses import dataclass
from datetime import date, datetime

from providers.catalogue import PricedOffer
from providers.catalogue_file import PROVIDERS
from providers.market import Market, market
from providers.micros import per_second
from providers.models import Lifecycle
from providers.types import GenerationMode, Tier


@dataclass(frozen=True, kw_only=True)
class ProviderFacts:
    """`status` is available, limited, unavailable, not_configured or retired, and `reason` says
    why where it is not available. `pricing` and `price_date` are those of its first offer on
    sale, in text "$0.05/second"; `max_duration` is its longest clip in whole seconds."""

    name: str
    display_name: str
    status: str
    reason: str
    capabilities: tuple[str, ...]
    pricing: str
    max_duration: int
    recommended_for: tuple[str, ...]
    circuit: str
    last_good_at: datetime | None
    price_date: date
    quality: str
    pace: str
    models: tuple[str, ...]


def providers_overview(mode: str, *, trade: Market | None = None) -> list[ProviderFacts]:
    """All providers of the mode's catalogue, in the order runway, sora, kling, pika."""
    trade = trade or market(mode)
    return [
        _facts(provider, trade.catalogue.named(provider), trade)
        for provider in PROVIDERS
        if trade.catalogue.named(provider)
    ]


def recommendation(mode: str, *, trade: Market | None = None) -> str:
    """ "Use Runway Gen-3 for production, Pika for drafts", from the tiers' first offers."""
    trade = trade or market(mode)
    production = _first_on_sale(trade, Tier.STANDARD)
    drafts = _first_on_sale(trade, Tier.DRAFT)
    if production is None or drafts is None:
        return ""
    return f"Use {production.terms.short_name} for production, {drafts.terms.short_name} for drafts"


def _first_on_sale(trade: Market, tier: Tier) -> PricedOffer | None:
    offers = trade.catalogue.in_tier(tier)
    return next((offer for offer in offers if not offer.retired(on=trade.on)), None)


def _facts(provider: str, offers: tuple[PricedOffer, ...], trade: Market) -> ProviderFacts:
    on_sale = tuple(offer for offer in offers if not offer.retired(on=trade.on))
    known = on_sale or offers
    first = known[0]
    status, reason = _status(provider, first, trade, on_sale=bool(on_sale))
    account = trade.accounts.get(provider)
    return ProviderFacts(
        name=provider,
        display_name=first.display_name,
        status=status,
        reason=reason,
        capabilities=tuple(
            mode for mode in GenerationMode if any(offer.terms.can(mode) for offer in known)
        ),
        pricing=per_second(first.micros_per_second),
        max_duration=max(offer.terms.longest for offer in known),
        recommended_for=first.terms.best_for,
        circuit=account.circuit if account else "",
        last_good_at=account.last_good_at if account else None,
        price_date=first.priced_since,
        quality=first.terms.quality,
        pace=first.terms.pace,
        models=tuple(offer.model for offer in known),
    )


def _status(provider: str, first: PricedOffer, trade: Market, *, on_sale: bool) -> tuple[str, str]:
    if not on_sale:
        since = f" since {first.terms.retired_on}" if first.terms.retired_on else ""
        return "retired", f"Retired{since}"
    account = trade.accounts.get(provider)
    if account is None or provider not in trade.keyed:
        return "not_configured", "No key is set"
    if account.shut:
        return "unavailable", account.shut
    if first.lifecycle == Lifecycle.LIMITED:
        return "limited", "Limited availability"
    return "available", ""
