"""The prompt library: all templates by kind, with what came of each, and the list to pick from."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import Access
from campaigns.models import PromptTemplate, TemplateVersion
from campaigns.prompts.library import figures, templates
from campaigns.prompts.library.figures import NONE, Figures
from campaigns.prompts.library.kinds import KINDS
from campaigns.prompts.library.starters import bring
from campaigns.prompts.library.sunset import Sunset, sunsets
from campaigns.prompts.library.versions import content_of
from generation import clock
from generation.asks import Checker, JobAsk, Refused
from generation.pages.door import page
from providers.market import Market, market
from providers.types import Tier

MOST_SHOWN = 200
MOST_PICKED = 12
SHORT_BODY = 400


@dataclass(frozen=True, kw_only=True)
class Card:
    """One template as the library shows it; `micros` is None where nobody can make it now."""

    template: PromptTemplate
    kind: str
    body: str
    gaps: int
    terms: str
    micros: int | None
    figures: Figures
    sunsets: tuple[Sunset, ...]
    picture: str


@page("campaigns:read")
def library(request: HttpRequest, access: Access) -> HttpResponse:
    """`?kind=`, `?q=` and `?state=archived` filter; `?shot=` and `?campaign=` say what for."""
    bring(access)
    kind, words = _filters(request)
    archived = request.GET.get("state") == "archived"
    rows = templates.mine(access).filter(archived_at__isnull=not archived)
    found = list(templates.found(rows, kind=kind, words=words).order_by("-pk")[: MOST_SHOWN + 1])
    context = {
        "groups": _grouped(cards_of(access, found[:MOST_SHOWN])),
        "more": len(found) > MOST_SHOWN,
        "kinds": KINDS,
        "kind": kind,
        "q": words,
        "archived": archived,
        "carried": carried(request),
    }
    return render(request, "campaigns/library.html", context)


@page("campaigns:read")
def library_pick(request: HttpRequest, access: Access) -> HttpResponse:
    """A short list for a form, the most used first; its links carry what it is for."""
    bring(access)
    kind, words = _filters(request)
    public = TemplateVersion.objects.within(access).filter(published_at__isnull=False)
    rows = templates.mine(access).filter(archived_at=None, pk__in=public.values("template"))
    found = list(templates.found(rows, kind=kind, words=words).order_by("name"))
    known = figures.of_templates(found)
    found.sort(key=lambda one: -known.get(one.pk, NONE).uses)
    context = {
        "templates": [(one, KINDS.get(one.kind, "")) for one in found[:MOST_PICKED]],
        "more": max(0, len(found) - MOST_PICKED),
        "q": words,
        "carried": carried(request),
    }
    return render(request, "campaigns/_library_pick.html", context)


def cards_of(access: Access, found: list[PromptTemplate]) -> list[Card]:
    """In as many queries for one as for many."""
    trade = market(access.mode, now=clock.now())
    checker = Checker(access, trade=trade)
    said = _newest(found)
    known, pictures = figures.of_templates(found), figures.examples(found)
    return [
        _card(one, said[one.pk], checker=checker, trade=trade, known=known, pictures=pictures)
        for one in found
        if one.pk in said
    ]


def carried(request: HttpRequest) -> str:
    """What a template is wanted for, for links that go on: `shot=shot_…` or nothing."""
    names = ("shot", "campaign", "client")
    given = [(name, request.GET.get(name, "")[:64]) for name in names]
    return "&".join(f"{name}={value}" for name, value in given if value.replace("_", "").isalnum())


def price_of(checker: Checker, version: TemplateVersion) -> int | None:
    """What one clip on the template's own terms likely costs."""
    terms = content_of(version).terms
    ask = JobAsk(
        prompt="",
        seconds=terms.seconds,
        tier=Tier(terms.tier),
        ratio=terms.ratio,
        provider=terms.provider,
    )
    try:
        return checker.route(ask).likely_micros
    except Refused:
        return None


def _filters(request: HttpRequest) -> tuple[str, str]:
    kind = request.GET.get("kind", "")
    return (kind if kind in KINDS else ""), request.GET.get("q", "")[:200]


def _newest(found: list[PromptTemplate]) -> dict[int, TemplateVersion]:
    """The published version in use, else the draft. One query."""
    wanted = {one.pk: one.published or one.draft for one in found}  # type: ignore[attr-defined]
    rows = TemplateVersion.objects.filter(template__in=list(wanted))
    return {row.template_id: row for row in rows if row.number == wanted[row.template_id]}


def _card(
    one: PromptTemplate,
    version: TemplateVersion,
    *,
    checker: Checker,
    trade: Market,
    known: dict[int, Figures],
    pictures: dict[int, str],
) -> Card:
    content = content_of(version)
    terms = content.terms
    return Card(
        template=one,
        kind=one.kind,
        body=content.body[:SHORT_BODY],
        gaps=len(content.variables),
        terms=f"{terms.seconds} s · {terms.tier} · {terms.ratio}",
        micros=price_of(checker, version),
        figures=known.get(one.pk, NONE),
        sunsets=sunsets(content, trade=trade),
        picture=pictures.get(one.pk, ""),
    )


def _grouped(cards: list[Card]) -> list[dict[str, Any]]:
    """By kind in the library's order; in each the most used first, then by name."""
    ordered = sorted(cards, key=lambda card: (-card.figures.uses, card.template.name.lower()))
    groups = [
        {"key": kind, "name": name, "cards": [one for one in ordered if one.kind == kind]}
        for kind, name in KINDS.items()
    ]
    return [group for group in groups if group["cards"]]
