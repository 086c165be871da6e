"""Clients and their campaigns."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.access import Access
from generation import centres
from generation.asks import Refused
from generation.models import CentreKind, CostCentre
from generation.pages.door import page
from generation.pages.once import StillAtWork, made_once, new_token
from generation.pages.refusals import STILL_AT_WORK

PER_PAGE = 30
MOST_CLIENTS = 200


@page("campaigns:read")
def clients(request: HttpRequest, access: Access) -> HttpResponse:
    return _list(request, access)


@page("campaigns:write", methods=("POST",))
def client_new(request: HttpRequest, access: Access) -> HttpResponse:
    """Opens a client, or a campaign of one; the form says which by `kind`."""
    kind, name = request.POST.get("kind", ""), request.POST.get("name", "")[:400]
    uid = request.POST.get("client", "")[:64]
    try:
        made_once(request, access, lambda: _opened(access, kind=kind, name=name, uid=uid))
    except Refused as refused:
        words = refused.message
    except StillAtWork:
        words = STILL_AT_WORK
    else:
        return redirect("generation:clients")
    key = "campaign" if kind == CentreKind.CAMPAIGN else "client"
    return _list(request, access, status=422, wrong={key: words}, typed={key: name})


def client_or_404(access: Access, uid: str) -> CostCentre:
    client = centres.client_by(access, uid)
    if client is None:
        raise Http404("There is no such client in this workspace and mode.")
    return client


def _opened(access: Access, *, kind: str, name: str, uid: str) -> str:
    if kind == CentreKind.CLIENT:
        return centres.open_client(access, name=name).uid
    client = centres.client_by(access, uid) if uid else None
    if uid and client is None:
        raise Refused("There is no such client here.", field="client")
    return centres.open_campaign(access, name=name, client=client).uid


def _list(request: HttpRequest, access: Access, *, status: int = 200, **more: Any) -> HttpResponse:
    mine = CostCentre.objects.within(access)
    rows = mine.filter(kind=CentreKind.CLIENT)
    if before := request.GET.get("before", "")[:64]:
        rows = rows.filter(pk__lt=mine.filter(uid=before).values("pk")[:1])
    found = list(rows.order_by("-pk")[: PER_PAGE + 1])
    shown = found[:PER_PAGE]
    below = mine.filter(kind=CentreKind.CAMPAIGN, parent__in=[client.pk for client in shown])
    campaigns: dict[int, list[str]] = {}
    for parent, name in below.order_by("name").values_list("parent_id", "name"):
        campaigns.setdefault(parent or 0, []).append(name)
    context = {
        "rows": [(client, campaigns.get(client.pk, [])) for client in shown],
        "older": shown[-1].uid if len(found) > PER_PAGE else "",
        "before": before,
        "choices": mine.filter(kind=CentreKind.CLIENT).order_by("name")[:MOST_CLIENTS],
        "token": new_token(),
        "wrong": {},
        "typed": {},
        **more,
    }
    return render(request, "generation/clients.html", context, status=status)
