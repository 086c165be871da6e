"""All clients, a new one, and one with all that is true of it whatever the campaign."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.access import Access
from campaigns import clients as deeds
from campaigns import opening, products
from campaigns.clients import KitChange, ProfileChange, weaknesses
from campaigns.models import Campaign, Client
from campaigns.pages import client_form
from campaigns.pages.door import client_or_404
from campaigns.pages.photos import sheet_of
from campaigns.pages.rows import rows_of
from generation.asks import Refused
from generation.models import BudgetKind
from generation.money.budget_views import mine, views
from generation.pages.budget_rows import row_of
from generation.pages.door import page
from generation.pages.once import StillAtWork, made_once, new_token
from generation.pages.refusals import STILL_AT_WORK

PER_PAGE = 30
MOST_CAMPAIGNS = 12
MOST_PRODUCTS = 50


@page("campaigns:read")
def clients(request: HttpRequest, access: Access) -> HttpResponse:
    return _list(request, access)


@page("campaigns:write", methods=("POST",))
def client_new(request: HttpRequest, access: Access) -> HttpResponse:
    name = request.POST.get("name", "")[:400]
    try:
        uid = made_once(request, access, lambda: opening.open_client(access, name=name).uid)
    except Refused as refused:
        return _list(request, access, status=422, wrong={"name": refused.message}, name=name)
    except StillAtWork:
        return _list(request, access, status=422, wrong={"name": STILL_AT_WORK}, name=name)
    return redirect("campaigns:client", uid=uid)


@page("campaigns:read")
def client(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    return show(request, access, client_or_404(access, uid))


@page("campaigns:write", methods=("POST",))
def profile_change(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    found = client_or_404(access, uid)
    typed = client_form.typed_from(request.POST, client_form.PROFILE)
    return _changed(request, access, found, typed, profile=client_form.profile_of(typed))


@page("campaigns:write", methods=("POST",))
def kit_change(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    found = client_or_404(access, uid)
    typed = client_form.typed_from(request.POST, client_form.KIT)
    try:
        kit = client_form.kit_of(typed)
    except Refused as refused:
        return _refused(request, access, found, typed, refused)
    return _changed(request, access, found, typed, kit=kit)


@page("campaigns:write", methods=("POST",))
def client_archive(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    """Puts it away, or brings it back with `archived` empty."""
    archived = bool(request.POST.get("archived", ""))
    found = client_or_404(access, uid)
    deeds.change(access, found, profile=ProfileChange(archived=archived))
    told = "is archived. Nothing of it is lost." if archived else "is back among the clients."
    messages.info(request, f"{found.name} {told}")
    return redirect("campaigns:client", uid=uid)


def show(
    request: HttpRequest, access: Access, found: Client, *, status: int = 200, **more: Any
) -> HttpResponse:
    """The client's page; `more` says what was typed and what is wrong with it."""
    rows = Campaign.objects.within(access).filter(client=found, archived_at=None)
    campaigns = list(rows.select_related("centre", "client__centre").order_by("-pk"))
    stocked = products.mine(access).filter(client=found, archived_at=None).order_by("-pk")
    typed = {**client_form.typed_of(found), **more.pop("typed", {})}
    context = {
        "client": found,
        "typed": typed,
        "weaknesses": weaknesses(found.brand_kit),
        "campaigns": rows_of(access, campaigns[:MOST_CAMPAIGNS]),
        "more_campaigns": len(campaigns) > MOST_CAMPAIGNS,
        "products": [(one, sheet_of(one)) for one in stocked[:MOST_PRODUCTS]],
        "budgets": _budgets(access, found),
        "token": new_token(),
        "wrong": {},
        **more,
    }
    return render(request, "campaigns/client.html", context, status=status)


def _changed(
    request: HttpRequest,
    access: Access,
    found: Client,
    typed: dict[str, str],
    *,
    profile: ProfileChange | None = None,
    kit: KitChange | None = None,
) -> HttpResponse:
    before = found.brand_kit.version
    try:
        after = deeds.change(access, found, profile=profile, kit=kit).brand_kit.version
    except Refused as refused:
        return _refused(request, access, found, typed, refused)
    told = "The profile is saved." if kit is None else "The brand kit stays as it was."
    if after > before:
        told = f"The brand kit is saved as version {after}. Nothing is made anew by it."
    messages.info(request, told)
    return redirect("campaigns:client", uid=found.uid)


def _refused(
    request: HttpRequest, access: Access, found: Client, typed: dict[str, str], refused: Refused
) -> HttpResponse:
    wrong = {refused.field: refused.message}
    return show(request, access, found, status=422, typed=typed, wrong=wrong)


def _budgets(access: Access, found: Client) -> list[Any]:
    if not access.may("budgets:read"):
        return []
    limited = mine(access).filter(kind=BudgetKind.CENTRE, cost_centre=found.centre, active=True)
    return [row_of(view) for view in views(limited.order_by("-pk"))]


def _list(request: HttpRequest, access: Access, *, status: int = 200, **more: Any) -> HttpResponse:
    opening.adopt(access)
    archived = request.GET.get("state") == "archived"
    rows = Client.objects.within(access).filter(archived_at__isnull=not archived)
    if before := request.GET.get("before", "")[:64]:
        seen = Client.objects.within(access).filter(centre__uid=before)
        rows = rows.filter(pk__lt=seen.values("pk")[:1])
    counted = rows.select_related("centre", "brand_kit").annotate(
        campaign_count=Count("campaigns", filter=Q(campaigns__archived_at=None), distinct=True),
        product_count=Count("products", filter=Q(products__archived_at=None), distinct=True),
    )
    found = list(counted.order_by("-pk")[: PER_PAGE + 1])
    shown = found[:PER_PAGE]
    context = {
        "rows": [(one, weaknesses(one.brand_kit)) for one in shown],
        "older": shown[-1].uid if len(found) > PER_PAGE else "",
        "before": before,
        "archived": archived,
        "token": new_token(),
        "wrong": {},
        **more,
    }
    return render(request, "campaigns/clients.html", context, status=status)
