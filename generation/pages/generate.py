"""The generate page: the form, its live price, and the press of its button."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import Access
from generation import media, uploads
from generation.asks import LONGEST, LONGEST_PROMPT, RATIOS, SHORTEST, JobAsk, Refused
from generation.choices import AssetKind, AssetState
from generation.models import Asset
from generation.money.budgets import BudgetExceeded
from generation.pages import instead
from generation.pages.ask_more import AskMore, ask_more, asked_before, reason_of
from generation.pages.door import is_partial, job_or_404, page
from generation.pages.for_whom import for_chosen, for_whom, moved
from generation.pages.form import Typed, Wrong, read, typed_from, typed_of
from generation.pages.latest import latest_context
from generation.pages.once import StillAtWork, job_once, new_token
from generation.pages.refusals import STILL_AT_WORK, wrong_of
from generation.pages.survey import survey
from generation.pages.ways_out import clip_ways
from generation.styles import STYLES
from providers.catalogue_file import PROVIDERS

AT_TOP = {"form", "budget", "mode"}  # what has no field of its own
# Without these nothing can be priced; a wrong seed changes no price.
PRICE_NEEDS = {"seconds", "tier", "mode", "provider", "max_cost", "client", "campaign"}


@page("jobs:write", methods=("GET", "POST"))
def generate(request: HttpRequest, access: Access) -> HttpResponse:
    """GET shows the form, filled from `?from=<job>` or `?asked=<question>`; POST makes one job."""
    if request.method == "POST":
        return _press(request, access)
    origin = request.GET.get("from", "")
    if asked := asked_before(request, access):
        return _whole_page(request, access, typed_from(asked.typed), asked=asked)
    if origin:
        return _whole_page(request, access, typed_of(job_or_404(access, origin)))
    return _whole_page(request, access, for_chosen(request, access, typed_from(request.GET)))


@page("jobs:read")
def price(request: HttpRequest, access: Access) -> HttpResponse:
    """What the form as it stands would cost. Nothing is checked but what the price needs."""
    typed = typed_from(request.GET)
    others = moved(typed, request.GET)
    typed = replace(typed, campaign="") if others else typed
    context = {**_priced(access, typed), "typed": typed, "live_price": True}
    context["for_whom"] = for_whom(access, typed) if others else None
    return render(request, "generation/_price.html", context)


def _press(request: HttpRequest, access: Access) -> HttpResponse:
    typed = typed_from(request.POST)
    ask: JobAsk | None = None
    try:
        ask = _with_crop(access, read(_known_provider(typed)), typed)
        uid = job_once(request, access, lambda: instead.made(request, access, ask))
    except BudgetExceeded as fault:
        more = _ask_more(request, access, ask, fault) if ask else None
        return _refused(request, access, typed, wrong_of(fault).errors, more)
    except Refused as fault:
        return _refused(request, access, typed, wrong_of(fault).errors)
    except Wrong as wrong:
        return _refused(request, access, typed, wrong.errors)
    except StillAtWork:
        return _refused(request, access, typed, {"form": STILL_AT_WORK})
    if not is_partial(request):
        return redirect("generation:job", uid=uid)
    context = {**_form_context(access, typed), **latest_context(access), "made": uid}
    return render(request, "generation/_generated.html", context)


def _with_crop(access: Access, ask: JobAsk, typed: Typed) -> JobAsk:
    """The part of the picture in place of all of it. Raises Refused."""
    if not ask.picture_uid or not typed.crop:
        return ask
    return replace(ask, picture_uid=uploads.crop(access, ask.picture_uid, typed.crop[:40]).uid)


def _ask_more(request: HttpRequest, access: Access, ask: JobAsk, fault: BudgetExceeded) -> AskMore:
    path, typed = reverse("generation:generate"), request.POST
    return ask_more(
        fault,
        path=path,
        typed=typed,
        reason=reason_of(ask.prompt, f"One {ask.tier.value} clip of {ask.seconds} s"),
        ways=clip_ways(access, ask, left=fault.left_micros, path=path, typed=typed),
    )


def _refused(
    request: HttpRequest,
    access: Access,
    typed: Typed,
    errors: dict[str, str],
    more: AskMore | None = None,
) -> HttpResponse:
    if not is_partial(request):
        return _whole_page(request, access, typed, errors=errors, status=422, ask_more=more)
    context = {**_form_context(access, typed, errors=errors), "ask_more": more}
    return render(request, "generation/_form.html", context, status=422)


def _whole_page(
    request: HttpRequest,
    access: Access,
    typed: Typed,
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {**_form_context(access, typed, errors=errors), **latest_context(access), **more}
    return render(request, "generation/generate.html", context, status=status)


def _form_context(
    access: Access, typed: Typed, *, errors: dict[str, str] | None = None
) -> dict[str, Any]:
    return {
        **_priced(access, typed),
        "typed": typed,
        "errors": errors or {},
        "top_error": next((said for name, said in (errors or {}).items() if name in AT_TOP), ""),
        "token": new_token(),
        "for_whom": for_whom(access, typed),
        "picture": picture_context(access, typed.picture),
        "ratios": RATIOS,
        "styles": STYLES,
        "shortest": SHORTEST,
        "longest": LONGEST,
        "longest_prompt": LONGEST_PROMPT,
    }


def picture_context(access: Access, uid: str) -> dict[str, Any] | None:
    """The uploaded picture as the form shows it; None where there is none of that id."""
    if not uid:
        return None
    rows = Asset.objects.within(access).filter(kind=AssetKind.PICTURE, state=AssetState.STORED)
    asset = rows.filter(uid=uid).first()
    return {"asset": asset, "address": media.signed_path(asset, thumbnail=True)} if asset else None


def _priced(access: Access, typed: Typed) -> dict[str, Any]:
    """The survey of what is typed. A picture that is still missing does not hide the price."""
    stand_in = replace(typed, prompt="…", picture=typed.picture or "to-come")
    try:
        found = survey(access, read(_known_provider(stand_in)))
    except Wrong as wrong:
        return _priced_without(access, stand_in, wrong.errors)
    return {"survey": found, "problem": found.problem}


def _priced_without(access: Access, typed: Typed, errors: dict[str, str]) -> dict[str, Any]:
    """The survey with the mistakes left out, so that the other choices keep their prices."""
    untouched = {name: getattr(Typed(), name) for name in errors}
    found = survey(access, read(replace(typed, **untouched)))
    in_the_way = [words for name, words in errors.items() if name in PRICE_NEEDS]
    if not in_the_way:
        return {"survey": found, "problem": found.problem}
    return {"survey": replace(found, plan=None), "problem": in_the_way[0]}


def _known_provider(typed: Typed) -> Typed:
    """Raises Wrong for a provider that nobody has heard of."""
    if typed.provider and typed.provider not in PROVIDERS:
        raise Wrong({"provider": "Choose one of the providers, or leave it to the tier."})
    return typed
