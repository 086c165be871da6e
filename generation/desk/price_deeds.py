"""Prices and lifecycles of offers, by the functions of the price book and with a reason."""

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest
from unfold.widgets import (
    UnfoldAdminDateWidget,
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminSelectWidget,
)

from accounts.access import Access, access_of
from accounts.models import Mode
from generation import price_changes
from generation.desk.account_deeds import superuser
from generation.desk.reasons import Deed, ReasonForm
from generation.desk.rooms import access_to
from generation.lifecycles import change_lifecycle
from providers.micros import micros_from_decimal, per_second
from providers.models import Lifecycle, Offer, PriceProposal
from providers.price_book import NewPrice


class PriceForm(ReasonForm):
    price = forms.DecimalField(
        label="Dollars per second",
        min_value=Decimal(0),
        max_value=Decimal(100),
        decimal_places=6,
        widget=UnfoldAdminDecimalFieldWidget,
    )
    valid_from = forms.DateField(
        label="From this day on (UTC)", widget=UnfoldAdminDateWidget(attrs={"type": "date"})
    )
    field_order = ("price", "valid_from", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = "Where this price is written"


class LifecycleForm(ReasonForm):
    lifecycle = forms.ChoiceField(choices=Lifecycle.choices, widget=UnfoldAdminSelectWidget)
    field_order = ("lifecycle", "reason")


def _access(request: HttpRequest, offer: Offer) -> Access:
    """The person in the mode that buys from the offer's catalogue."""
    mode = Mode.TEST if offer.catalogue == settings.CATALOGUE_TEST else Mode.LIVE
    here = access_of(request)
    return access_to(request, workspace_id=here.workspace_id, mode=mode)


def _offer_words(request: HttpRequest, offer: Offer) -> str:
    return f"{offer.get_lifecycle_display()} in the catalogue {offer.catalogue}."


def _propose(request: HttpRequest, offer: Offer, told: dict[str, Any]) -> str:
    new = NewPrice(
        offer_id=offer.pk,
        micros_per_second=micros_from_decimal(told["price"]),
        valid_from=told["valid_from"],
        source=told["reason"],
    )
    proposal = price_changes.propose(_access(request, offer), new)
    price = per_second(proposal.micros_per_second)
    return f"{price} from {proposal.valid_from} on. {proposal.get_state_display()}."


def _proposal_words(request: HttpRequest, proposal: PriceProposal) -> str:
    price = per_second(proposal.micros_per_second)
    return f"{price} by {proposal.proposed_by}, written in “{proposal.source}”."


def _approve(request: HttpRequest, proposal: PriceProposal, told: dict[str, Any]) -> str:
    access = _access(request, proposal.offer)
    price_changes.approve(access, proposal.pk, reason=told["reason"])
    return "is in the price book."


def _refuse(request: HttpRequest, proposal: PriceProposal, told: dict[str, Any]) -> str:
    access = _access(request, proposal.offer)
    price_changes.refuse(access, proposal.pk, reason=told["reason"])
    return "is refused, and the book stays as it is."


def _change_lifecycle(request: HttpRequest, offer: Offer, told: dict[str, Any]) -> str:
    lifecycle = Lifecycle(told["lifecycle"])
    change_lifecycle(offer.pk, lifecycle=lifecycle, reason=told["reason"], by=superuser(request))
    return f"{lifecycle.label.lower()} from now on."


PROPOSE = Deed(
    name="propose",
    title="Propose a price",
    button="Propose this price",
    words=_offer_words,
    do=_propose,
    form=PriceForm,
    most=1,
)
LIFECYCLE = Deed(
    name="lifecycle",
    title="Change the lifecycle of offers",
    button="Change it",
    words=_offer_words,
    do=_change_lifecycle,
    form=LifecycleForm,
)
APPROVE = Deed(
    name="approve",
    title="Approve prices",
    button="Put into the price book",
    words=_proposal_words,
    do=_approve,
)
REFUSE = Deed(
    name="refuse",
    title="Refuse prices",
    button="Refuse",
    words=_proposal_words,
    do=_refuse,
    destroys=True,
)
