"""Clients and their campaigns, their statements, and what they pay."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.access import Access
from accounts.models import Workspace
from generation import centres, clock
from generation.asks import Refused
from generation.models import CardKind, CentreKind, CostCentre, Job, RateCard
from generation.money import rate_cards
from generation.money.asked import month_from
from generation.money.cents import money_in
from generation.money.rate_cards import CURRENCIES, CardTerms
from generation.money.report_span import month_before, month_of, today_in, zone_of
from generation.money.statement_files import (
    CONTENT_TYPES,
    ROUNDING,
    Letterhead,
    as_csv,
    as_pdf,
    file_name,
)
from generation.money.statement_work import delivered
from generation.money.statements_out import ClientStatement, Margin, statement, with_margin
from generation.pages.door import page
from generation.pages.money_form import day_typed, decimal_typed, micros_typed, whole_typed
from generation.pages.once import StillAtWork, made_once, new_token
from generation.pages.refusals import STILL_AT_WORK
from providers.micros import MICROS

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


@page("campaigns:read")
def client_statement(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    """A month of one client; its margin and terms only for those who see costs."""
    return _statement(request, access, client_or_404(access, uid))


@page("campaigns:read")
def statement_file(request: HttpRequest, access: Access, uid: str, ending: str) -> HttpResponse:
    """The same as a file for the client: without cost and margin."""
    client = client_or_404(access, uid)
    told = statement(client, month=_month(access, request.GET.get("month", "")))
    agency = Workspace.objects.values_list("name", flat=True).get(pk=access.workspace_id)
    head = Letterhead(agency=agency, mode=access.mode)
    content = as_pdf(told, head) if ending == "pdf" else as_csv(told, head).encode()
    response = HttpResponse(content, content_type=CONTENT_TYPES[ending])
    name = file_name(told, ending=ending)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@page("rates:write", methods=("POST",))
def card_new(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    client = client_or_404(access, uid)
    typed = {name: value[:200] for name, value in request.POST.items() if isinstance(value, str)}
    try:
        terms = _terms(typed)
        made_once(request, access, lambda: rate_cards.add(access, client, terms).uid)
    except Refused as refused:
        wrong = {refused.field: refused.message}
    except StillAtWork:
        wrong = {"form": STILL_AT_WORK}
    else:
        return redirect("generation:client_statement", uid=uid)
    return _statement(request, access, client, status=422, wrong=wrong, typed=typed)


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


def _statement(
    request: HttpRequest, access: Access, client: CostCentre, *, status: int = 200, **more: Any
) -> HttpResponse:
    month = _month(access, request.GET.get("month", ""))
    staff = access.may("costs:read")
    margin: Margin | None = None
    if staff:
        told, margin = with_margin(client, month=month)
    else:
        told = statement(client, month=month)
    jobs = Job.objects.filter(delivered(client, told.month)).select_related("cost_centre")
    before = request.GET.get("before", "")[:64]
    if before:
        jobs = jobs.filter(pk__lt=Job.objects.within(access).filter(uid=before).values("pk")[:1])
    found = list(jobs.order_by("-pk")[: PER_PAGE + 1])
    context = {
        "client": client,
        "told": told,
        "lines": [(line, money_in(told.currency, line.cents)) for line in told.lines],
        "total": money_in(told.currency, told.total_cents),
        "margin": _margin_words(told, margin),
        "cards": RateCard.objects.filter(client=client).order_by("-pk")[:PER_PAGE] if staff else (),
        "kinds": CardKind.choices,
        "currencies": CURRENCIES,
        "rounding": ROUNDING,
        "months": _months(access),
        "month": f"{told.month.first:%Y-%m}",
        "jobs": found[:PER_PAGE],
        "older": found[PER_PAGE - 1].uid if len(found) > PER_PAGE else "",
        "token": new_token(),
        "wrong": {},
        "typed": {"currency": "USD", "valid_from": f"{told.month.first:%Y-%m-%d}"},
        **more,
    }
    return render(request, "generation/client_statement.html", context, status=status)


def _margin_words(told: ClientStatement, margin: Margin | None) -> dict[str, Any] | None:
    if margin is None:
        return None
    share = None if margin.share_bp is None else f"{margin.share_bp / 100:.1f} %"
    return {
        "cost_micros": margin.cost_micros,
        "cost": money_in(told.currency, margin.cost_cents),
        "left": money_in(told.currency, margin.margin_cents),
        "share": share,
    }


def _month(access: Access, text: str) -> date:
    """The month of the address; the last whole one where there is none or no such."""
    try:
        if text:
            return month_from(access, text)
    except Refused:
        pass
    return month_before(month_from(access, ""))


def _months(access: Access) -> list[tuple[str, str]]:
    """The last twelve months: value and words."""
    zone = zone_of(access.workspace_id)
    first = today_in(zone, now=clock.now()).replace(day=1)
    found = []
    for _ in range(12):
        found.append((f"{first:%Y-%m}", f"{month_of(first, zone=zone).first:%B %Y}"))
        first = month_before(first)
    return found


def _terms(typed: dict[str, str]) -> CardTerms:
    rate = typed.get("rate", "").strip()
    percent = decimal_typed(typed.get("markup_percent", ""), field="markup_percent")
    if (percent * 100) % 1:
        raise Refused("Two decimals are the most.", field="markup_percent")
    return CardTerms(
        kind=typed.get("kind", ""),
        valid_from=day_typed(typed.get("valid_from", ""), field="valid_from"),
        currency=typed.get("currency", "USD"),
        micros_per_dollar=micros_typed(rate, field="rate") if rate else MICROS,
        markup_bp=int(percent * 100),
        second_micros=micros_typed(typed.get("price_per_second", ""), field="price_per_second"),
        fee_micros=micros_typed(typed.get("monthly_fee", ""), field="monthly_fee"),
        included_seconds=whole_typed(typed.get("included_seconds", ""), field="included_seconds"),
        note=typed.get("note", ""),
    )
