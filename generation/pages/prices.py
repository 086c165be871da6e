"""The price book as a page, and one price row explained down to who used it."""

from datetime import UTC, date, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.access import Access
from generation import clock, price_changes
from generation.asks import Refused
from generation.models import Job, LedgerLine
from generation.pages.door import page
from generation.pages.money_form import day_typed, micros_typed, whole_typed
from generation.pages.once import StillAtWork, made_once, new_token
from generation.pages.refusals import STILL_AT_WORK
from providers.catalogue import catalogue_of
from providers.models import PriceRow
from providers.price_book import NewPrice
from providers.price_history import book, prices_of, waiting

LINES_SHOWN = 20
DECISIONS = {"approve": price_changes.approve, "refuse": price_changes.refuse}


@page("costs:read")
def prices(request: HttpRequest, access: Access) -> HttpResponse:
    return _show(request, access)


@page("prices:write", methods=("POST",))
def price_new(request: HttpRequest, access: Access) -> HttpResponse:
    typed = {name: str(value)[:400] for name, value in request.POST.items()}
    try:
        new = NewPrice(
            offer_id=whole_typed(typed.get("offer", ""), field="offer"),
            micros_per_second=micros_typed(typed.get("price", ""), field="price_per_second"),
            valid_from=day_typed(typed.get("valid_from", ""), field="valid_from"),
            source=typed.get("source", ""),
        )
        made_once(request, access, lambda: str(price_changes.propose(access, new).pk))
    except Refused as refused:
        wrong = {refused.field: refused.message}
    except StillAtWork:
        wrong = {"form": STILL_AT_WORK}
    else:
        return redirect("generation:prices")
    return _show(request, access, status=422, wrong=wrong, typed=typed)


@page("prices:write", methods=("POST",))
def price_decide(request: HttpRequest, access: Access, number: int) -> HttpResponse:
    """`decision` is approve or refuse, with a reason."""
    decision, reason = request.POST.get("decision", ""), request.POST.get("reason", "")[:200]
    if not price_changes.is_proposal(access, number) or decision not in DECISIONS:
        raise Http404("There is no such proposal.")
    try:
        done = DECISIONS[decision](access, number, reason=reason)
    except Refused as refused:
        return _show(request, access, status=422, wrong={"form": refused.message})
    messages.info(request, f"{done.offer.display_name}: {done.get_state_display().lower()}.")
    return redirect("generation:prices")


@page("costs:read")
def price_row(request: HttpRequest, access: Access, number: int) -> HttpResponse:
    """One row: its offer, its days, where it comes from, and the newest lines that name it."""
    rows = PriceRow.objects.select_related("offer")
    row = rows.filter(pk=number, offer__catalogue=catalogue_of(access.mode)).first()
    used = LedgerLine.objects.within(access).filter(price_row_id=number)
    if row is None and used.exists():
        row = rows.get(pk=number)  # of a catalogue that this mode has bought from before
    if row is None:
        raise Http404("There is no such price.")
    offer = prices_of(row.offer, on=_today())
    context = {
        "offer": offer,
        "span": next(span for span in offer.spans if span.row_id == row.pk),
        "lines": used.select_related("job").order_by("-pk")[:LINES_SHOWN],
        "jobs": Job.objects.within(access).filter(attempts__price_row=row).distinct().count(),
    }
    return render(request, "generation/price_row.html", context)


def _show(request: HttpRequest, access: Access, *, status: int = 200, **more: Any) -> HttpResponse:
    name = catalogue_of(access.mode)
    today = _today()
    context = {
        "offers": book(name, on=today),
        "proposals": waiting(name),
        "catalogue": name,
        "today": today,
        "two_persons": settings.PRICES_NEED_TWO_PERSONS,
        "may_edit": price_changes.editor(access) is not None,
        "token": new_token(),
        "wrong": {},
        "typed": {"valid_from": f"{today + timedelta(days=1)}"},
        **more,
    }
    return render(request, "generation/prices.html", context, status=status)


def _today() -> date:
    """Prices change at midnight UTC."""
    return clock.now().astimezone(UTC).date()
