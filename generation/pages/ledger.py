"""The ledger's pages: every movement of money, filtered by the address, and one explained."""

import re
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from accounts.access import Access
from generation.choices import LineKind
from generation.models import CentreKind, CostCentre, LedgerLine, StatementLine
from generation.money.ledger_lists import newest_first
from generation.money.reports_ledger import LineFilter, month_bounds, sums_of
from generation.pages.door import page
from generation.wording import provider_name
from providers.catalogue_file import PROVIDERS
from providers.types import Tier

PER_PAGE = 50
MOST_CENTRES = 200
MONTH = re.compile(r"20\d\d-(?:0[1-9]|1[0-2])")
TEXTS = ("centre", "model", "job", "person", "api_key")


@page("costs:read")
def ledger(request: HttpRequest, access: Access) -> HttpResponse:
    """Filtered by `month`, `provider`, `tier`, `kind`, `centre`, `model`, `job`, `person` and
    `api_key`; `before` is the last line of the page before."""
    chosen = chosen_from(request.GET)
    wanted = filter_of(chosen)
    lines = newest_first(access, wanted)
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 19:
        lines = lines.filter(pk__lt=int(before))
    found = list(lines[: PER_PAGE + 1])
    shown = found[:PER_PAGE]
    older = {**chosen, "before": str(shown[-1].pk)} if len(found) > PER_PAGE else {}
    context = {
        "rows": [(line, provider_name(line.attempt.provider)) for line in shown],
        "sums": sums_of(access, wanted),
        "chosen": chosen,
        "filtered": bool(chosen) or bool(before),
        "more_open": bool(set(chosen) & set(TEXTS) - {"centre"}),
        "older_query": urlencode(older),
        "query": urlencode(export_query(chosen)),
        "kinds": LineKind.choices,
        "providers": [(name, provider_name(name)) for name in PROVIDERS],
        "tiers": [(tier.value, tier.value.capitalize()) for tier in Tier],
        "centres": _centres(access),
    }
    return render(request, "generation/ledger.html", context)


@page("costs:read")
def ledger_line(request: HttpRequest, access: Access, number: int) -> HttpResponse:
    """One movement, explained down to the price row and the provider's bill."""
    rows = LedgerLine.objects.within(access).select_related(
        "job__created_by",
        "job__api_key",
        "attempt__offer",
        "account",
        "price_row__offer",
        "cost_centre__parent__parent",
    )
    line = rows.filter(pk=number).first()
    if line is None:
        raise Http404("There is no such ledger line in this workspace and mode.")
    return render(request, "generation/ledger_line.html", _explained(access, line))


def chosen_from(data: QueryDict) -> dict[str, str]:
    """What the address asks for and is known; the rest counts as left out."""
    known = {
        "provider": set(PROVIDERS),
        "tier": {tier.value for tier in Tier},
        "kind": set(LineKind.values),
    }
    chosen = {name: data.get(name, "") for name, words in known.items() if data.get(name) in words}
    chosen |= {name: data.get(name, "").strip()[:200] for name in TEXTS}
    if MONTH.fullmatch(data.get("month", "")):
        chosen["month"] = data.get("month", "")
    return {name: value for name, value in chosen.items() if value and "\x00" not in value}


def filter_of(chosen: dict[str, str]) -> LineFilter:
    bounds: tuple[datetime | None, datetime | None] = (None, None)
    if "month" in chosen:
        bounds = month_bounds(date.fromisoformat(f"{chosen['month']}-01"))
    return LineFilter(
        centre=chosen.get("centre", ""),
        provider=chosen.get("provider", ""),
        tier=chosen.get("tier", ""),
        model=chosen.get("model", ""),
        job=chosen.get("job", ""),
        kind=chosen.get("kind", ""),
        person=chosen.get("person", ""),
        api_key=chosen.get("api_key", ""),
        after=bounds[0],
        before=bounds[1],
    )


def export_query(chosen: dict[str, str]) -> dict[str, str]:
    """The same filters in the words of the API, which serves the files."""
    return {("campaign" if name == "centre" else name): value for name, value in chosen.items()}


def _centres(access: Access) -> list[CostCentre]:
    rows = CostCentre.objects.within(access).filter(
        kind__in=(CentreKind.CLIENT, CentreKind.CAMPAIGN)
    )
    return list(rows.select_related("parent").order_by("name")[:MOST_CENTRES])


def _explained(access: Access, line: LedgerLine) -> dict[str, Any]:
    bills = StatementLine.objects.within(access).select_related("statement__imported_by")
    named = (line.statement_line or "").partition("/")[0]
    billed = Q(uid=named) if named else Q(pk__in=[])
    if line.task_id:
        billed |= Q(account_id=line.account_id, task_id=line.task_id)
    seconds = int(line.attempt.leg.get("billed_seconds", 0))
    listed = seconds * line.price_row.micros_per_second
    return {
        "line": line,
        "provider": provider_name(line.attempt.provider),
        "centres": _lineage(line.cost_centre),
        "seconds": seconds,
        "listed_micros": listed,
        "as_listed": line.kind != LineKind.ADJUST and line.spent_delta in (0, listed),
        "decision": line.decisions.select_related("decided_by").first(),
        "bills": list(bills.filter(billed).order_by("day", "pk")[:20]),
        "others": list(
            LedgerLine.objects.within(access)
            .filter(attempt_id=line.attempt_id)
            .exclude(pk=line.pk)
            .order_by("pk")[:20]
        ),
    }


def _lineage(centre: CostCentre) -> list[CostCentre]:
    """From the top down; a batch of a campaign of a client is the deepest there is."""
    found: list[CostCentre] = []
    at: CostCentre | None = centre
    while at is not None:
        found.insert(0, at)
        at = at.parent
    return found
