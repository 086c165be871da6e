"""The film of a storyboard: a page of its own, and the piece that the storyboard shows."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.access import Access
from campaigns.models import Campaign
from campaigns.pages.door import campaign_or_404
from campaigns.rehearsal import films
from campaigns.rehearsal.recipe import Shows
from generation import media
from generation.asks import Refused
from generation.pages.door import is_partial, page

SHOWS = {
    Shows.FINAL: ("circle-check", "Final", "good"),
    Shows.PICKED: ("star", "Picked draft", "accent"),
    Shows.DRAFT: ("film", "Newest draft", "info"),
    Shows.ANIMATIC: ("image", "Animatic", "wait"),
}


@page("campaigns:read")
def rehearsal(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    campaign = campaign_or_404(access, uid)
    return render(request, "campaigns/rehearsal.html", _context(access, campaign))


@page("campaigns:read")
def film(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    """The piece alone. While the film is made, its progress asks for itself, and the film that
    somebody watches meanwhile is left in peace; once it is made, the whole piece changes."""
    campaign = campaign_or_404(access, uid)
    context = _context(access, campaign)
    answer = render(request, "campaigns/_film.html", context)
    asked_by_progress = request.headers.get("HX-Target") == "film-work"
    if asked_by_progress and not context["view"].at_work:
        answer["HX-Retarget"] = answer["HX-Reselect"] = "#film"
    return answer


@page("campaigns:write", methods=("POST",))
def film_make(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    campaign = campaign_or_404(access, uid)
    problem = ""
    try:
        films.ask(access, campaign)
    except Refused as refused:
        problem = refused.message
    if not is_partial(request) and not problem:
        return redirect("campaigns:rehearsal", uid=uid)
    context = {**_context(access, campaign), "problem": problem}
    template = "campaigns/_film.html" if is_partial(request) else "campaigns/rehearsal.html"
    return render(request, template, context, status=400 if problem else 200)


def _context(access: Access, campaign: Campaign) -> dict[str, Any]:
    view = films.film_of(campaign)
    asset = view.shown.asset if view.shown and access.may("media:read") else None
    parts, start = [], 0
    for part in view.recipe.parts:
        icon, word, tone = SHOWS[part.shows]
        parts.append({"part": part, "icon": icon, "word": word, "tone": tone, "start": start})
        start += part.seconds
    return {
        "campaign": campaign,
        "view": view,
        "asset": asset,
        "address": media.signed_path(asset) if asset else "",
        "poster": media.signed_path(asset, thumbnail=True) if asset else "",
        "download": media.signed_path(asset, download=True) if asset else "",
        "parts": parts,
        "seconds": start,
        "shape": "r-16x9" if view.recipe.width > view.recipe.height else "",
    }
