"""The price book: what an offer costs from a day on, proposed, approved, and never rewritten.

Prices change at midnight UTC. A new one begins today or later; what was once a price stays one,
because quotes and ledger lines name its row. With PRICES_NEED_TWO_PERSONS a change waits for
somebody else than the one who proposed it.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from providers.catalogue import forget
from providers.models import Lifecycle, Offer, PriceProposal, PriceRow, ProposalState

LONGEST_SOURCE = 200
DEAREST = 100_000_000  # micro-dollars a second; beyond it somebody has slipped with the point
APPROVED_BY_A_PERSON = "confirmed"


class PriceRefused(Exception):
    """The change cannot be made; `field` is what to change in it, and nothing was written."""

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


@dataclass(frozen=True, kw_only=True)
class NewPrice:
    """Micro-dollars per second of one offer from a day (UTC) on, and where that is written."""

    offer_id: int
    micros_per_second: int
    valid_from: date
    source: str


def propose(new: NewPrice, *, by: int, now: datetime) -> PriceProposal:
    """Ask for a price, and put it in the book at once where one person is enough.

    Raises PriceRefused for a day of the past, a taken day, or a price that cannot be one.
    """
    _check(new, today=now.date())
    try:
        with transaction.atomic():
            proposal = PriceProposal.objects.create(
                offer_id=new.offer_id,
                micros_per_second=new.micros_per_second,
                valid_from=new.valid_from,
                source=new.source.strip(),
                proposed_by_id=by,
            )
            if not settings.PRICES_NEED_TWO_PERSONS:
                _write(proposal, by=by, now=now, reason="")
    except IntegrityError:
        # Somebody else was quicker between our look and our write.
        raise _taken(new.valid_from) from None
    proposal.refresh_from_db()
    return proposal


def approve(proposal_id: int, *, by: int, now: datetime, reason: str = "") -> PriceProposal:
    """Put a waiting price into the book. Raises PriceRefused."""
    proposal = _waiting(proposal_id)
    if settings.PRICES_NEED_TWO_PERSONS and proposal.proposed_by_id == by:
        raise PriceRefused(
            "You proposed this price yourself. Ask somebody else to approve it.", field="proposal"
        )
    if proposal.valid_from < now.date():
        raise PriceRefused(
            f"It was to hold from {proposal.valid_from} on, which has passed. Refuse it and"
            " propose it anew from today or later.",
            field="valid_from",
        )
    try:
        with transaction.atomic():
            _write(proposal, by=by, now=now, reason=reason)
    except IntegrityError:
        raise _taken(proposal.valid_from) from None
    proposal.refresh_from_db()
    return proposal


def refuse(proposal_id: int, *, by: int, now: datetime, reason: str) -> PriceProposal:
    """Leave the book as it is; the proposer may do it too. Raises PriceRefused."""
    if not reason.strip():
        raise PriceRefused("Say why, for the one who proposed it.", field="reason")
    proposal = _waiting(proposal_id)
    decided = {"decided_by": by, "decided_at": now, "reason": reason.strip()[:LONGEST_SOURCE]}
    rows = PriceProposal.objects.filter(pk=proposal.pk, state=ProposalState.PENDING)
    if rows.update(state=ProposalState.REFUSED, **decided) != 1:
        raise _decided()
    proposal.refresh_from_db()
    return proposal


def _check(new: NewPrice, *, today: date) -> None:
    offer = Offer.objects.filter(pk=new.offer_id).first()
    if offer is None:
        raise PriceRefused("There is no such offer.", field="offer")
    if offer.lifecycle == Lifecycle.RETIRED:
        raise PriceRefused(f"{offer.display_name} is retired and not sold.", field="offer")
    if not 0 < new.micros_per_second <= DEAREST:
        raise PriceRefused(
            f"A second costs more than nothing and at most ${DEAREST // 1_000_000}.",
            field="price_per_second",
        )
    if new.valid_from < today:
        raise PriceRefused(
            f"The past keeps its prices. Choose {today} (today, UTC) or later.", field="valid_from"
        )
    if not 1 <= len(new.source.strip()) <= LONGEST_SOURCE:
        raise PriceRefused(
            f"Say where this price is written, in up to {LONGEST_SOURCE} characters.",
            field="source",
        )
    if PriceRow.objects.filter(offer=offer, valid_from=new.valid_from).exists():
        raise _taken(new.valid_from)


def _write(proposal: PriceProposal, *, by: int, now: datetime, reason: str) -> None:
    row = PriceRow.objects.create(
        offer_id=proposal.offer_id,
        micros_per_second=proposal.micros_per_second,
        valid_from=proposal.valid_from,
        source=proposal.source,
        confidence=APPROVED_BY_A_PERSON,
    )
    rows = PriceProposal.objects.filter(pk=proposal.pk, state=ProposalState.PENDING)
    changed = rows.update(
        state=ProposalState.APPROVED,
        price_row=row,
        decided_by=by,
        decided_at=now,
        reason=reason.strip()[:LONGEST_SOURCE],
    )
    if changed != 1:
        raise _decided()
    transaction.on_commit(forget)


def _waiting(proposal_id: int) -> PriceProposal:
    proposal = PriceProposal.objects.filter(pk=proposal_id).first()
    if proposal is None:
        raise PriceRefused("There is no such proposal.", field="proposal")
    if proposal.state != ProposalState.PENDING:
        raise _decided()
    return proposal


def _decided() -> PriceRefused:
    return PriceRefused("This was decided already in the meantime.", field="proposal")


def _taken(day: date) -> PriceRefused:
    return PriceRefused(
        f"A price that begins on {day} is there or waits already. Choose another day.",
        field="valid_from",
    )
