"""Where the money went, as a page: by day and by one dimension, the funnel, and a replay."""

from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from accounts.access import Access, workspace_of
from generation import centres
from generation.asks import Refused
from generation.money.asked import orders_from, span_from
from generation.money.funnel import funnel
from generation.money.insight import DIMENSIONS, Scope, outcome, spend
from generation.money.pace import MOST_DAYS
from generation.money.periods import zone_named
from generation.money.replay import replay
from generation.money.tiering import FORMULA, saved_by_tiering
from generation.pages.cost_rows import bars_of, fates_of, months_of, steps_of, stretches_of
from generation.pages.door import page
from generation.pages.money_form import optional_day
from providers.catalogue import catalogue, catalogue_of
from providers.types import Tier

MOST_CLIENTS = 200
CHOICES = tuple((name, name.capitalize()) for name in DIMENSIONS if name != "day")


@page("costs:read")
def costs(request: HttpRequest, access: Access) -> HttpResponse:
    """Everything asked stands in the address; words that are not known count as left out."""
    asked, misread = request.GET, ""
    zone = zone_named(workspace_of(request).time_zone)
    try:
        scope = _scope(access, asked, zone)
    except Refused as refused:
        misread = refused.message
        scope = _scope(access, QueryDict(), zone)
    by = asked.get("by", "") if asked.get("by", "") in DIMENSIONS[1:] else "provider"
    # First what asks for the jobs themselves: the days' deliveries are among them.
    passed = funnel(scope)
    told, days = _replayed(scope, asked), spend(scope, by="day")
    context = {
        "scope": scope,
        "total": outcome(scope),
        "stretches": stretches_of(days),
        "by_week": len(days) > MOST_DAYS,
        "days_paid": [day for day in days if day.micros],
        "bars": bars_of(spend(scope, by=by)),
        "by": by,
        "dimensions": CHOICES,
        "funnel": passed,
        "steps": steps_of(passed),
        "fates": fates_of(passed),
        "saving": saved_by_tiering(scope),
        "formula": FORMULA,
        "clients": scope.places.clients[:MOST_CLIENTS],
        "misread": misread,
        "months": months_of(scope.span),
        **told,
    }
    status = 422 if misread or told["wrong"] else 200
    return render(request, "generation/costs.html", context, status=status)


def _scope(access: Access, asked: QueryDict, zone: ZoneInfo) -> Scope:
    span = span_from(
        access,
        first=optional_day(asked.get("first", ""), field="first"),
        last=optional_day(asked.get("last", ""), field="last"),
        zone=zone,
    )
    uid = asked.get("client", "")
    client = centres.client_by(access, uid) if uid else None
    if uid and client is None:
        raise Refused("There is no such client here. All are shown.", field="client")
    return Scope(access=access, span=span, client=client)


def _replayed(scope: Scope, asked: QueryDict) -> dict[str, Any]:
    """The replay that the address asks for, with the tiers' own orders to start from."""
    name = catalogue_of(scope.access.mode)
    own = catalogue(name, on=scope.span.last).orders
    typed = {tier: asked.get(tier, "")[:600] for tier in Tier}
    tiers = [
        {"name": tier.value, "own": ", ".join(own.get(tier, ())), "typed": typed[tier]}
        for tier in Tier
    ]
    wrong: dict[str, str] = {}
    result = None
    try:
        orders = orders_from({tier.value: text for tier, text in typed.items()})
        result = replay(scope, orders=orders) if orders else None
    except Refused as refused:
        wrong = {refused.field: refused.message}
    return {"tiers": tiers, "replay": result, "wrong": wrong}
