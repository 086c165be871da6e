"""The price book as the API tells it."""

from typing import TypedDict

from generation.api.answers.plain import moment
from generation.api.answers.terms import exact
from providers.models import PriceProposal
from providers.price_history import OfferPrices, PricedSpan


class PriceAnswer(TypedDict):
    """One price row; `valid_until` is the first day on which it no longer holds."""

    price_row_id: int
    price_per_second: float
    currency: str
    valid_from: str
    valid_until: str | None
    source: str
    confidence: str
    by: str | None
    approved_by: str | None


class OfferPricesAnswer(TypedDict):
    """An offer with its prices, the newest first; `price` is the one in force."""

    offer: int
    provider: str
    model: str
    transport: str
    display_name: str
    lifecycle: str
    price: PriceAnswer | None
    prices: list[PriceAnswer]


class ProposalAnswer(TypedDict):
    """A price that somebody asked for. `price_row_id` is null until it is approved."""

    proposal_id: int
    offer: int
    price_per_second: float
    valid_from: str
    source: str
    state: str
    proposed_by: str
    proposed_at: str | None
    decided_by: str | None
    reason: str
    price_row_id: int | None


class PriceBookAnswer(TypedDict):
    """What this mode buys at. Days are UTC. `proposals` wait for a decision."""

    catalogue: str
    two_persons: bool
    offers: list[OfferPricesAnswer]
    proposals: list[ProposalAnswer]


def offer_answer(offer: OfferPrices) -> OfferPricesAnswer:
    return {
        "offer": offer.offer_id,
        "provider": offer.provider,
        "model": offer.model,
        "transport": offer.transport,
        "display_name": offer.display_name,
        "lifecycle": offer.lifecycle,
        "price": price_answer(offer.now) if offer.now else None,
        "prices": [price_answer(span) for span in offer.spans],
    }


def price_answer(span: PricedSpan) -> PriceAnswer:
    return {
        "price_row_id": span.row_id,
        "price_per_second": exact(span.micros_per_second),
        "currency": span.currency,
        "valid_from": span.valid_from.isoformat(),
        "valid_until": span.until.isoformat() if span.until else None,
        "source": span.source,
        "confidence": span.confidence,
        "by": span.by or None,
        "approved_by": span.approved_by or None,
    }


def proposal_answer(proposal: PriceProposal) -> ProposalAnswer:
    decided = proposal.decided_by
    return {
        "proposal_id": proposal.pk,
        "offer": proposal.offer_id,
        "price_per_second": exact(proposal.micros_per_second),
        "valid_from": proposal.valid_from.isoformat(),
        "source": proposal.source,
        "state": proposal.state,
        "proposed_by": str(proposal.proposed_by),
        "proposed_at": moment(proposal.proposed_at),
        "decided_by": str(decided) if decided else None,
        "reason": proposal.reason,
        "price_row_id": proposal.price_row_id,
    }
