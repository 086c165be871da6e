"""Whom a clip is made for: the client and the campaign of a form, with the choices of both."""

from dataclasses import dataclass, replace

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict

from accounts.access import Access
from generation import centres
from generation.models import CentreKind, CostCentre
from generation.pages.client_choice import chosen_client
from generation.pages.form import MOST_ID, Typed

MOST = 200
# The client whose campaigns the browser shows; it says so itself.
SHOWN = "campaigns_of"


@dataclass(frozen=True, kw_only=True)
class ForWhom:
    """The choices: clients by name, and the newest campaigns, those of the client if one is
    chosen. What is chosen is among them."""

    clients: tuple[CostCentre, ...]
    campaigns: tuple[CostCentre, ...]
    client: str
    campaign: str


def for_whom(access: Access, typed: Typed) -> ForWhom:
    """Three queries."""
    mine = CostCentre.objects.within(access)
    client = centres.client_by(access, typed.client[:MOST_ID]) if typed.client else None
    below = mine.filter(kind=CentreKind.CAMPAIGN).select_related("parent")
    if client is not None:
        below = below.filter(path__startswith=client.path)
    return ForWhom(
        clients=_with(mine.filter(kind=CentreKind.CLIENT), typed.client, order="name"),
        campaigns=_with(below, typed.campaign, order="-pk"),
        client=typed.client,
        campaign=typed.campaign,
    )


def for_chosen(request: HttpRequest, access: Access, typed: Typed) -> Typed:
    """A fresh form is for the client of the top bar, unless its address names one, or none."""
    if "client" in request.GET or typed.client or typed.campaign:
        return typed
    chosen = chosen_client(request, access)
    return replace(typed, client=chosen.uid) if chosen else typed


def moved(typed: Typed, data: QueryDict) -> bool:
    """Whether another client was chosen, so that the campaigns in the browser are not theirs."""
    return data.get(SHOWN, typed.client) != typed.client


def _with(rows: QuerySet[CostCentre], uid: str, *, order: str) -> tuple[CostCentre, ...]:
    """The first of them in order, and the one of that id wherever it stands."""
    first = list(rows.order_by(order)[:MOST])
    if not uid or any(one.uid == uid for one in first):
        return tuple(first)
    return (*first, *rows.filter(uid=uid[:MOST_ID]))
