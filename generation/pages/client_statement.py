"""A month of one client: as it was issued, or as a draft, with its margin and its terms."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import Access
from generation import centres, clock
from generation.asks import Refused
from generation.models import CardKind, CostCentre, IssueKind, Job, RateCard
from generation.money import rate_cards
from generation.money.asked import month_from
from generation.money.cents import money_in
from generation.money.rate_cards import CURRENCIES, CardTerms
from generation.money.report_span import month_before, month_of, today_in, zone_of
from generation.money.statement_corrections import since_issued
from generation.money.statement_files import CONTENT_TYPES, ROUNDING, file_name
from generation.money.statement_issue import issue, issue_correction, obstacle
from generation.money.statement_work import ClientWork, delivered
from generation.money.statements_issued import (
    by_number,
    current,
    file_of,
    first_of,
    frozen,
    month_file,
    papers_of,
)
from generation.money.statements_out import ClientStatement, Margin
from generation.pages.door import page
from generation.pages.money_form import day_typed, decimal_typed, micros_typed, whole_typed
from generation.pages.once import StillAtWork, made_once, new_token
from generation.pages.refusals import STILL_AT_WORK
from providers.micros import MICROS

PER_PAGE = 30
PAPERS_SHOWN = 12


@page("campaigns:read")
def client_statement(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    """A month of one client; its margin and terms only for those who see costs."""
    return _statement(request, access, client_or_404(access, uid))


@page("campaigns:read")
def statement_file(request: HttpRequest, access: Access, uid: str, ending: str) -> HttpResponse:
    """The same as a file for the client: without cost and margin."""
    client = client_or_404(access, uid)
    month = _month(access, request.GET.get("month", ""))
    told, content = month_file(access, client, month=month, ending=ending)
    return _attached(told, content, ending=ending)


@page("campaigns:read")
def issued_file(request: HttpRequest, access: Access, number: str, ending: str) -> HttpResponse:
    """The very bytes that the client was given."""
    paper = by_number(access, number)
    if paper is None:
        raise Http404("There is no such statement in this workspace and mode.")
    return _attached(frozen(paper), file_of(paper, ending=ending), ending=ending)


@page("statements:issue", methods=("POST",))
def statement_issue(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    """Issues the month, or what has changed in it since; the form says which by `kind`."""
    client = client_or_404(access, uid)
    month = _month(access, request.POST.get("month", ""))
    act = issue_correction if request.POST.get("kind") == IssueKind.CORRECTION else issue
    try:
        number = made_once(request, access, lambda: act(access, client, month=month).number)
    except Refused as refused:
        fault = refused.message
    except StillAtWork:
        fault = STILL_AT_WORK
    else:
        messages.info(request, f"{number} is issued.")
        return redirect(f"{reverse('generation:client_statement', args=[uid])}?month={month:%Y-%m}")
    return _statement(request, access, client, month=month, status=422, fault=fault)


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


def _statement(
    request: HttpRequest,
    access: Access,
    client: CostCentre,
    *,
    month: date | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    month = month or _month(access, request.GET.get("month", ""))
    staff = access.may("costs:read")
    told, margin = current(client, month=month, staff=staff)
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
        **_papers(request, access, client, told),
        "months": _months(access),
        "month": f"{told.month.first:%Y-%m}",
        "jobs": found[:PER_PAGE],
        "older": found[PER_PAGE - 1].uid if len(found) > PER_PAGE else "",
        "token": new_token(),
        "fault": "",
        "wrong": {},
        "typed": {"currency": "USD", "valid_from": f"{told.month.first:%Y-%m-%d}"},
        **more,
    }
    return render(request, "generation/client_statement.html", context, status=status)


def _papers(
    request: HttpRequest, access: Access, client: CostCentre, told: ClientStatement
) -> dict[str, Any]:
    """What was issued to this client, and what can be issued now."""
    rows = papers_of(client)
    if after := request.GET.get("issued_before", "")[:16]:
        rows = rows.filter(pk__lt=rows.filter(number=after).values("pk")[:1])
    found = list(rows.order_by("-pk")[: PAPERS_SHOWN + 1])
    changed = 0
    first = first_of(client, month=told.month.first) if told.issued else None
    if first is not None:
        changes = since_issued(ClientWork(client), first)
        changed = len(changes)
        money = money_in(first.currency, sum(line.cents for line in changes))
    else:
        money = money_in(told.currency, told.total_cents)
    return {
        "papers": [(one, money_in(one.currency, one.total_cents)) for one in found[:PAPERS_SHOWN]],
        "papers_older": found[PAPERS_SHOWN - 1].number if len(found) > PAPERS_SHOWN else "",
        "papers_before": after,
        "changed": changed,
        "to_issue": money,
        "obstacle": "" if told.issued else obstacle(access, client, month=told.month.first),
    }


def _attached(told: ClientStatement, content: bytes, *, ending: str) -> HttpResponse:
    response = HttpResponse(content, content_type=CONTENT_TYPES[ending])
    name = file_name(told, ending=ending)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _margin_words(told: ClientStatement, margin: Margin | None) -> dict[str, Any] | None:
    if margin is None:
        return None
    share = None if margin.share_bp is None else f"{margin.share_bp / 100:.1f} %"
    return {
        "cost_micros": margin.cost_micros,
        "billed": money_in(told.currency, margin.billed_cents),
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
