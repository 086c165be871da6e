"""All campaigns with what each waits for, a new one, and putting one away."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.access import Access
from campaigns import archiving, opening
from campaigns.models import Campaign, Client
from campaigns.pages.door import campaign_or_404
from campaigns.pages.rows import rows_of
from generation.asks import Refused
from generation.pages.client_choice import client_filter
from generation.pages.door import page
from generation.pages.once import StillAtWork, made_once, new_token
from generation.pages.refusals import STILL_AT_WORK

PER_PAGE = 30
MOST_CLIENTS = 200
STATES = (("open", "Open"), ("archived", "Archived"))


@page("campaigns:read")
def campaigns(request: HttpRequest, access: Access) -> HttpResponse:
    """Filtered by its address: `client` (an id), `state`, and `before`, the last one seen."""
    opening.adopt(access)
    client = client_filter(request, access)
    archived = request.GET.get("state") == "archived"
    mine = Campaign.objects.within(access)
    rows = mine.filter(archived_at__isnull=not archived).select_related("centre", "client__centre")
    if client:
        rows = rows.filter(client__centre__uid=client)
    if before := request.GET.get("before", "")[:64]:
        rows = rows.filter(pk__lt=mine.filter(centre__uid=before).values("pk")[:1])
    found = list(rows.order_by("-pk")[: PER_PAGE + 1])
    shown = found[:PER_PAGE]
    chosen = {"client": client, "state": "archived" if archived else ""}
    kept = {name: value for name, value in chosen.items() if value}
    more = len(found) > PER_PAGE
    context = {
        "rows": rows_of(access, shown),
        "clients": clients_of(access),
        "client": client,
        "states": STATES,
        "state": "archived" if archived else "open",
        "filtered": bool(kept) or bool(before),
        "older_query": urlencode({**kept, "before": shown[-1].uid}) if more else "",
    }
    return render(request, "campaigns/campaigns.html", context)


@page("campaigns:write", methods=("GET", "POST"))
def campaign_new(request: HttpRequest, access: Access) -> HttpResponse:
    """A name and whose it is; everything else is the brief's."""
    if request.method != "POST":
        return _form(request, access, typed={"client": request.GET.get("client", "")[:64]})
    typed = {name: request.POST.get(name, "")[:400] for name in ("name", "client", "new_client")}
    try:
        uid = made_once(request, access, lambda: _opened(access, **typed))
    except Refused as refused:
        return _form(
            request, access, typed=typed, wrong={refused.field: refused.message}, status=422
        )
    except StillAtWork:
        return _form(request, access, typed=typed, wrong={"name": STILL_AT_WORK}, status=422)
    return redirect("campaigns:campaign", uid=uid)


@page("campaigns:write", methods=("POST",))
def campaign_archive(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    """Puts it away, or brings it back with `archived` empty."""
    archived = bool(request.POST.get("archived", ""))
    campaign = archiving.set_archived(access, campaign_or_404(access, uid), archived=archived)
    told = "is archived. Nothing of it is lost." if archived else "is back among the open ones."
    messages.info(request, f"{campaign.name} {told}")
    return redirect("campaigns:campaign", uid=uid)


def clients_of(access: Access) -> list[Client]:
    """The clients that can be chosen, by name."""
    rows = Client.objects.within(access).filter(archived_at=None).select_related("centre")
    return list(rows.order_by("centre__name")[:MOST_CLIENTS])


def _opened(access: Access, *, name: str, client: str, new_client: str) -> str:
    """Both are opened or neither. Raises Refused."""
    with transaction.atomic():
        found = _whose(access, client=client, new_client=new_client.strip())
        return opening.open_campaign(access, name=name, client=found).uid


def _whose(access: Access, *, client: str, new_client: str) -> Client | None:
    if client and new_client:
        words = "Choose a client above or name a new one here, not both."
        raise Refused(words, field="new_client")
    if new_client:
        try:
            return opening.open_client(access, name=new_client)
        except Refused as refused:
            raise Refused(refused.message, field="new_client", code=refused.code) from refused
    found = opening.client_by(access, client) if client else None
    if client and found is None:
        raise Refused("There is no such client here.", field="client")
    return found


def _form(request: HttpRequest, access: Access, *, status: int = 200, **more: Any) -> HttpResponse:
    opening.adopt(access)
    context = {"clients": clients_of(access), "token": new_token(), "wrong": {}, **more}
    return render(request, "campaigns/campaign_new.html", context, status=status)
