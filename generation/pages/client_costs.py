"""One client's costs for any days, as a page: what is known, what is not, and what lies behind."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import Access
from generation.asks import Refused
from generation.money.cents import money_in
from generation.money.client_costs import (
    PARTS,
    BilledMonth,
    ClientCosts,
    client_costs,
    days_from,
)
from generation.money.costs_in_words import in_words
from generation.money.forecast import FORMULA
from generation.money.insight import Spent
from generation.money.report_span import Span
from generation.pages.budget_rows import row_of
from generation.pages.client_statement import client_or_404
from generation.pages.cost_rows import bars_of, fates_of, months_of, steps_of
from generation.pages.door import page
from generation.pages.money_form import optional_day


@dataclass(frozen=True, kw_only=True)
class PartRow:
    """One row of a breakdown; `ledger` asks the ledger for the lines behind it, empty where it
    cannot tell them apart."""

    row: Spent
    length: str
    ledger: str


@page("costs:read")
def client_costs_page(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    """The days stand in the address; what makes no days counts as the running month."""
    client, misread = client_or_404(access, uid), ""
    try:
        span = days_from(
            access,
            first=optional_day(request.GET.get("first", ""), field="first"),
            last=optional_day(request.GET.get("last", ""), field="last"),
        )
    except Refused as refused:
        misread, span = refused.message, days_from(access, first=None, last=None)
    report = client_costs(access, client, span=span)
    context = {
        "client": client,
        "report": report,
        "span": span,
        "misread": misread,
        "months": months_of(span),
        "formula": FORMULA,
        "steps": steps_of(report.passed),
        "fates": fates_of(report.passed),
        "limit": row_of(report.limit) if report.limit else None,
        "budgets": [row_of(view) for view in report.budgets],
        "parts": [(name, _part_rows(report, name)) for name in PARTS],
        "billed": None if report.billed is None else [_billed(one) for one in report.billed],
        "summary": in_words(report),
        "one_month": _one_month(span),
    }
    return render(request, "generation/client_costs.html", context, status=422 if misread else 200)


def _part_rows(report: ClientCosts, by: str) -> list[PartRow]:
    month = _one_month(report.scope.span)
    rows = []
    for bar in bars_of(report.parts[by]):
        chosen = _lines_behind(report.client.uid, by, bar.row)
        query = urlencode({**chosen, "month": month} if month else chosen) if chosen else ""
        rows.append(PartRow(row=bar.row, length=bar.length, ledger=query))
    return rows


def _lines_behind(client: str, by: str, row: Spent) -> dict[str, str]:
    """What the ledger's page must be asked for to show the lines of a row."""
    if by == "campaign":
        return {"centre": row.key} if row.key else {}
    if by == "model":
        return {"centre": client, "model": row.key}
    kind, _, _ = row.key.partition(":")
    if kind == "key":
        return {"centre": client, "api_key": row.name.removeprefix("API key ")}
    return {"centre": client, "person": row.name} if kind == "user" else {}


def _one_month(span: Span) -> str:
    """The month in which all days lie, as addresses have it; empty for several."""
    first, last = (f"{day:%Y-%m}" for day in (span.first, span.last))
    return first if first == last else ""


def _billed(one: BilledMonth) -> dict[str, Any]:
    told, margin = one.told, one.margin
    share = None if margin is None else margin.share_bp
    return {
        "month": told.month.first,
        "issued": told.issued,
        "preliminary": " ".join(told.preliminary),
        "total": money_in(told.currency, told.total_cents),
        "nothing": not told.lines,
        "unpriced": told.unpriced_clips,
        "cost": money_in(told.currency, margin.cost_cents) if margin else "",
        "margin": money_in(told.currency, margin.margin_cents) if margin else "",
        "share": "" if share is None else f"{share / 100:.1f} %",
    }
