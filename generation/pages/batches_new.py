"""Many prompts at once: the form, its live price, the check of a sheet, and the press."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import Access
from generation import batch_import, batches
from generation.asks import LONGEST, RATIOS, SHORTEST, Refused
from generation.batch_import import CheckedSheet
from generation.batches import MOST
from generation.money.budgets import BudgetExceeded
from generation.pages.ask_more import AskMore, ask_more, asked_before, reason_of
from generation.pages.batches_form import (
    Many,
    ManyPrice,
    asks_of,
    base_ask,
    fingerprint_of,
    many_from,
    price_of,
    sheet_of,
    untouched_ask,
)
from generation.pages.door import page
from generation.pages.for_whom import for_chosen, for_whom, moved
from generation.pages.form import Wrong
from generation.pages.once import StillAtWork, made_once, new_token
from generation.pages.refusals import STILL_AT_WORK, wrong_of
from generation.pages.survey import survey
from generation.pages.ways_out import batch_ways
from generation.wording import provider_name

SHOWN_FAULTS = 100


@page("jobs:write", methods=("GET", "POST"))
def batch_new(request: HttpRequest, access: Access) -> HttpResponse:
    """GET shows the form; POST makes one batch from its lines or its sheet."""
    if request.method != "POST" and (asked := asked_before(request, access)):
        return _whole(request, access, many_from(asked.typed), asked=asked)
    if request.method != "POST":
        many = many_from(request.GET)
        terms = for_chosen(request, access, many.terms)
        return _whole(request, access, replace(many, terms=terms))
    many = many_from(request.POST)
    sheet = None
    try:
        sheet = sheet_of(request, access, many)
        if sheet and sheet.faults and not (many.skip_bad_rows and sheet.asks):
            return _whole(request, access, many, sheet=sheet, status=422)
        uid = _made(request, access, many, sheet)
    except Wrong as wrong:
        return _whole(request, access, many, sheet=sheet, errors=wrong.errors, status=422)
    except BudgetExceeded as fault:
        more = _ask_more(request, access, many, sheet, fault)
        errors = wrong_of(fault).errors
        return _whole(request, access, many, sheet=sheet, errors=errors, status=422, ask_more=more)
    except Refused as fault:
        errors = _errors(fault, many)
        return _whole(request, access, many, sheet=sheet, errors=errors, status=422)
    except StillAtWork:
        errors = {"form": STILL_AT_WORK}
        return _whole(request, access, many, sheet=sheet, errors=errors, status=409)
    return redirect("generation:batch", uid=uid)


@page("jobs:write", methods=("POST",))
def batch_price(request: HttpRequest, access: Access) -> HttpResponse:
    """What the form as it stands would cost, and the faults of its sheet. Nothing is made."""
    many = many_from(request.POST)
    others = moved(many.terms, request.POST)
    if others:
        many = replace(many, terms=replace(many.terms, campaign=""))
    context: dict[str, Any]
    try:
        sheet = sheet_of(request, access, many)
    except Wrong as wrong:
        context = {"sheet": None, "price": None, "problem": next(iter(wrong.errors.values()))}
    else:
        context = _priced(access, many, sheet)
    context["for_whom"] = for_whom(access, many.terms) if others else None
    return render(request, "generation/_batch_price.html", {**context, "live_price": True})


def _made(request: HttpRequest, access: Access, many: Many, sheet: CheckedSheet | None) -> str:
    """The uid of the batch; pressing twice makes one."""

    def from_sheet() -> str:
        made = batch_import.create(
            access,
            sheet,  # type: ignore[arg-type]
            use_cost_optimization=many.raise_heroes,
            skip_bad_rows=many.skip_bad_rows,
            name=many.name,
        )
        return made.batch.uid

    def from_lines() -> str:
        asks = asks_of(many)
        made = batches.create(access, asks, use_cost_optimization=many.raise_heroes, name=many.name)
        return made.batch.uid

    make = from_sheet if sheet else from_lines
    return made_once(request, access, make, files=fingerprint_of(request))


def _errors(fault: Refused, many: Many) -> dict[str, str]:
    """A fault of one prompt is told with its line."""
    if not fault.field.startswith("prompts."):
        return wrong_of(fault).errors
    line = many.lines[int(fault.field.removeprefix("prompts."))]
    return {"prompts": f"“{line[:60]}”: {fault.message}"}


def _ask_more(
    request: HttpRequest,
    access: Access,
    many: Many,
    sheet: CheckedSheet | None,
    fault: BudgetExceeded,
) -> AskMore:
    """What was typed comes back with the answer; a sheet has to be chosen again."""
    asks = list(sheet.asks) if sheet else asks_of(many)
    path = reverse("generation:batch_new")
    left, typed = fault.left_micros, request.POST
    heroes = many.raise_heroes
    return ask_more(
        fault,
        path=path,
        typed=typed,
        reason=reason_of(asks[0].prompt, f"{len(asks)} clips, the first"),
        ways=batch_ways(access, asks, raise_heroes=heroes, left=left, path=path, typed=typed),
    )


def _priced(access: Access, many: Many, sheet: CheckedSheet | None) -> dict[str, Any]:
    """The price of the sheet where there is one, else of the lines."""
    price: ManyPrice | None = None
    problem = ""
    try:
        asks = list(sheet.asks) if sheet else asks_of(many)
        if asks:
            price = price_of(access, asks, raise_heroes=many.raise_heroes)
    except Wrong as wrong:
        problem = next(iter(wrong.errors.values()))
    except Refused as refused:
        problem = refused.message
    makers = [(provider_name(name), *rest) for name, *rest in price.makers] if price else []
    return {"sheet": sheet, "price": price, "makers": makers, "problem": problem, **_faults(sheet)}


def _faults(sheet: CheckedSheet | None) -> dict[str, Any]:
    faults = sheet.faults if sheet else ()
    return {"faults": faults[:SHOWN_FAULTS], "more_faults": max(0, len(faults) - SHOWN_FAULTS)}


def _whole(
    request: HttpRequest,
    access: Access,
    many: Many,
    *,
    sheet: CheckedSheet | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    try:
        ask = base_ask(many)
    except Wrong:
        ask = untouched_ask()
    context = {
        **_priced(access, many, sheet),
        "survey": survey(access, ask),
        "many": many,
        "typed": many.terms,
        "errors": errors or {},
        "token": new_token(),
        "for_whom": for_whom(access, many.terms),
        "ratios": RATIOS,
        "shortest": SHORTEST,
        "longest": LONGEST,
        "most": MOST,
        **more,
    }
    return render(request, "generation/batch_new.html", context, status=status)
