"""Where the money went, as a page: by day and by one dimension, the funnel, and a replay."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from accounts.access import Access
from generation import centres, clock
from generation.asks import Refused
from generation.models import CentreKind, CostCentre
from generation.money.asked import orders_from, span_from
from generation.money.funnel import funnel
from generation.money.insight import DIMENSIONS, Scope, Spent, outcome, spend
from generation.money.replay import replay
from generation.money.report_span import month_before, month_of, today_in
from generation.money.tiering import FORMULA, saved_by_tiering
from generation.pages.door import page
from generation.pages.money_form import optional_day
from providers.catalogue import catalogue, catalogue_of
from providers.types import Tier

MOST_CLIENTS = 200
CHOICES = tuple((name, name.capitalize()) for name in DIMENSIONS if name != "day")


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One row of a breakdown with the length of its bar in percent of the longest."""

    row: Spent
    length: str


@page("costs:read")
def costs(request: HttpRequest, access: Access) -> HttpResponse:
    """Everything asked stands in the address; words that are not known count as left out."""
    asked, misread = request.GET, ""
    try:
        scope = _scope(access, asked)
    except Refused as refused:
        misread = refused.message
        scope = _scope(access, QueryDict())
    by = asked.get("by", "") if asked.get("by", "") in DIMENSIONS[1:] else "provider"
    told = _replayed(scope, asked)
    days = spend(scope, by="day")
    context = {
        "scope": scope,
        "total": outcome(scope),
        "days": days,
        "days_paid": [day for day in days if day.micros],
        "bars": bars_of(spend(scope, by=by)),
        "by": by,
        "dimensions": CHOICES,
        "funnel": funnel(scope),
        "saving": saved_by_tiering(scope),
        "formula": FORMULA,
        "clients": _clients(access),
        "misread": misread,
        "months": _months(scope),
        **told,
    }
    status = 422 if misread or told["wrong"] else 200
    return render(request, "generation/costs.html", context, status=status)


def bars_of(rows: list[Spent]) -> list[Bar]:
    most = max((row.micros for row in rows), default=0)
    return [
        Bar(row=row, length=f"{100 * max(row.micros, 0) / most:.1f}%" if most > 0 else "0%")
        for row in rows
    ]


def _scope(access: Access, asked: QueryDict) -> Scope:
    span = span_from(
        access,
        first=optional_day(asked.get("first", ""), field="first"),
        last=optional_day(asked.get("last", ""), field="last"),
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


def _clients(access: Access) -> list[CostCentre]:
    rows = CostCentre.objects.within(access).filter(kind=CentreKind.CLIENT)
    return list(rows.order_by("name")[:MOST_CLIENTS])


def _months(scope: Scope) -> list[tuple[str, str]]:
    """The last three months as links: words and query."""
    zone = scope.span.zone
    first = today_in(zone, now=clock.now()).replace(day=1)
    found = []
    for _ in range(3):
        span = month_of(first, zone=zone)
        query = urlencode({"first": span.first.isoformat(), "last": span.last.isoformat()})
        found.append((f"{span.first:%B %Y}", query))
        first = month_before(first)
    return found
