"""Changing the price book as a person of the back desk, with an entry in the audit trail.

The book is one for all workspaces, so that an owner of one of them needs the back desk's key too.
"""

from django.db import transaction

from accounts.access import Access, Forbidden, require
from accounts.audit import record
from accounts.models import User
from generation import clock
from generation.asks import Refused
from providers import price_book
from providers.catalogue import catalogue_of
from providers.models import Offer, PriceProposal
from providers.price_book import NewPrice, PriceRefused


def editor(access: Access) -> int | None:
    """The id of the person, if this caller may change the book."""
    if not access.may("prices:write") or access.user_id is None:
        return None
    rows = User.objects.filter(pk=access.user_id, is_staff=True, is_active=True)
    return access.user_id if rows.exists() else None


def is_proposal(access: Access, proposal_id: int) -> bool:
    """Whether it is one for the catalogue that this caller's mode buys from."""
    name = catalogue_of(access.mode)
    return PriceProposal.objects.filter(pk=proposal_id, offer__catalogue=name).exists()


def propose(access: Access, new: NewPrice) -> PriceProposal:
    """Raises Forbidden, and Refused for a price that cannot be; nothing is written then."""
    by = _editor(access)
    if not Offer.objects.filter(pk=new.offer_id, catalogue=catalogue_of(access.mode)).exists():
        raise Refused("There is no such offer in this mode.", field="offer", code="not_found")
    with transaction.atomic(), _told():
        proposal = price_book.propose(new, by=by, now=clock.now())
        _record(access, "price.propose", proposal)
    return proposal


def approve(access: Access, proposal_id: int, *, reason: str) -> PriceProposal:
    """Raises Forbidden, and Refused where it waits no longer or needs somebody else."""
    by = _editor(access)
    with transaction.atomic(), _told():
        proposal = price_book.approve(proposal_id, by=by, now=clock.now(), reason=reason)
        _record(access, "price.approve", proposal, reason=reason)
    return proposal


def refuse(access: Access, proposal_id: int, *, reason: str) -> PriceProposal:
    """Raises Forbidden, and Refused without a reason or where it waits no longer."""
    by = _editor(access)
    with transaction.atomic(), _told():
        proposal = price_book.refuse(proposal_id, by=by, now=clock.now(), reason=reason)
        _record(access, "price.refuse", proposal, reason=reason)
    return proposal


class _told:
    """The book's refusals in the words of every door."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, fault: BaseException | None, trace: object) -> None:
        if isinstance(fault, PriceRefused):
            raise Refused(fault.message, field=fault.field) from fault


def _editor(access: Access) -> int:
    require(access, "prices:write")
    by = editor(access)
    if by is None:
        raise Forbidden("The price book is one for all workspaces: ask somebody of the back desk.")
    return by


def _record(access: Access, action: str, proposal: PriceProposal, *, reason: str = "") -> None:
    told = {
        "offer": str(proposal.offer),
        "micros_per_second": proposal.micros_per_second,
        "valid_from": proposal.valid_from.isoformat(),
        "source": proposal.source,
        "state": proposal.state,
    }
    record(access, action, f"price_proposal:{proposal.pk}", reason, after=told)
