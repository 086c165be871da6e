"""Prices as they were and as they will be: each offer with its rows, and one row explained."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, QuerySet

from providers.models import Offer, PriceProposal, PriceRow, ProposalState


@dataclass(frozen=True, kw_only=True)
class PricedSpan:
    """One price row and the days on which it holds; `until` is None while no later one is known.

    `by` is who put it into the book, empty where a catalogue file did.
    """

    row_id: int
    micros_per_second: int
    currency: str
    valid_from: date
    until: date | None
    source: str
    confidence: str
    by: str
    approved_by: str


@dataclass(frozen=True, kw_only=True)
class OfferPrices:
    """An offer's rows from the newest to the oldest; `now` is the one in force, if any."""

    offer_id: int
    provider: str
    model: str
    transport: str
    display_name: str
    catalogue: str
    lifecycle: str
    spans: tuple[PricedSpan, ...]
    now: PricedSpan | None


def book(catalogue: str, *, on: date) -> list[OfferPrices]:
    """Every offer of a catalogue with all its prices, in two queries."""
    offers = Offer.objects.filter(catalogue=catalogue).prefetch_related(_rows())
    found = sorted(offers, key=lambda offer: (offer.terms.get("position", 0), offer.pk))
    return [_priced(offer, on=on) for offer in found]


def prices_of(offer: Offer, *, on: date) -> OfferPrices:
    """One offer with all its prices."""
    [told] = Offer.objects.filter(pk=offer.pk).prefetch_related(_rows())
    return _priced(told, on=on)


def waiting(catalogue: str) -> list[PriceProposal]:
    """Proposals that nobody has decided, the oldest first."""
    rows = PriceProposal.objects.filter(state=ProposalState.PENDING, offer__catalogue=catalogue)
    return list(rows.select_related("offer", "proposed_by").order_by("pk"))


def _rows() -> "Prefetch[str, QuerySet[PriceRow], str]":
    rows = PriceRow.objects.select_related("proposal__proposed_by", "proposal__decided_by")
    return Prefetch("prices", queryset=rows.order_by("-valid_from"), to_attr="rows")


def _priced(offer: Offer, *, on: date) -> OfferPrices:
    spans = []
    until: date | None = None
    rows: list[PriceRow] = offer.rows  # type: ignore[attr-defined]
    for row in rows:
        spans.append(_span(row, until=until))
        until = row.valid_from
    return OfferPrices(
        offer_id=offer.pk,
        provider=offer.provider,
        model=offer.model,
        transport=offer.transport,
        display_name=offer.display_name,
        catalogue=offer.catalogue,
        lifecycle=offer.lifecycle,
        spans=tuple(spans),
        now=next((span for span in spans if span.valid_from <= on), None),
    )


def _span(row: PriceRow, *, until: date | None) -> PricedSpan:
    proposal: PriceProposal | None = getattr(row, "proposal", None)
    decided = proposal.decided_by if proposal else None
    return PricedSpan(
        row_id=row.pk,
        micros_per_second=row.micros_per_second,
        currency=row.currency,
        valid_from=row.valid_from,
        until=until,
        source=row.source,
        confidence=row.confidence,
        by=str(proposal.proposed_by) if proposal else "",
        approved_by=str(decided) if decided else "",
    )
