"""The page of a month's bills: take one in, decide what differs, close the month."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import Access
from generation import clock
from generation.asks import Refused
from generation.models import Statement, StatementSource
from generation.money import closing, corrections
from generation.money.bill_csv import MOST_BYTES
from generation.money.bill_sources import BillAsk, import_bill
from generation.money.bills import BadBill
from generation.money.differences import Difference
from generation.money.reconcile import reconcile
from generation.money.reports_ledger import next_month
from generation.pages.door import page
from generation.pages.ledger import MONTH
from generation.wording import provider_name
from providers.catalogue_file import PROVIDERS

PER_PAGE = 25
STATEMENTS_SHOWN = 8


@page("costs:read")
def reconciliation(request: HttpRequest, access: Access) -> HttpResponse:
    """`month` as 2026-11, the running one without; `after` is the place in the list."""
    return _show(request, access, _month(request.GET.get("month", "")))


@page("costs:adjust", methods=("POST",))
def take_in(request: HttpRequest, access: Access) -> HttpResponse:
    """Import a bill: `source` sandbox, runway_usage, or csv with a file and a provider."""
    month = _month(request.POST.get("month", ""))
    source = request.POST.get("source", "")
    if source not in StatementSource.values:
        return _show(request, access, month, faults=["Choose where the bill comes from."])
    file = request.FILES.get("file")
    if source == StatementSource.CSV and file is None:
        return _show(request, access, month, faults=["Choose the CSV file."])
    ask = BillAsk(
        source=StatementSource(source),
        month=month,
        provider=request.POST.get("provider", "")[:20],
        content=file.read(MOST_BYTES + 1) if file else b"",
        file_name=(file.name or "") if file else "",
    )
    try:
        done = import_bill(access, ask)
    except BadBill as bad:
        return _show(request, access, month, faults=bad.faults)
    added, known = sum(one.added for one in done), sum(one.known for one in done)
    messages.info(request, f"{added} lines taken in, {known} were known before.")
    return redirect(_address(month))


@page("costs:adjust", methods=("POST",))
def decide(request: HttpRequest, access: Access) -> HttpResponse:
    """`decision` is accept or dispute, with a `reason`."""
    month = _month(request.POST.get("month", ""))
    subject, reason = request.POST.get("subject", "")[:200], request.POST.get("reason", "")
    try:
        if request.POST.get("decision") == "dispute":
            corrections.dispute(access, month=month, subject=subject, reason=reason)
        else:
            who = request.user.get_username()
            corrections.accept(access, month=month, subject=subject, reason=reason, by=who)
    except Refused as refused:
        typed = {"subject": subject, "reason": reason, "fault": refused.message}
        return _show(request, access, month, typed=typed)
    return redirect(_address(month))


@page("costs:adjust", methods=("POST",))
def close(request: HttpRequest, access: Access) -> HttpResponse:
    month = _month(request.POST.get("month", ""))
    reason = request.POST.get("override_reason", "")[:500]
    try:
        closing.close(access, month=month, override_reason=reason)
    except Refused as refused:
        return _show(request, access, month, closing_fault=refused.message, override=reason)
    messages.info(request, f"{month:%B %Y} is closed.")
    return redirect(_address(month))


def _show(
    request: HttpRequest,
    access: Access,
    month: date,
    *,
    faults: list[str] | None = None,
    typed: dict[str, str] | None = None,
    closing_fault: str = "",
    override: str = "",
) -> HttpResponse:
    found = reconcile(access, month=month)
    after = request.GET.get("after", "")[:260]
    rest = [one for one in found.open if not after or _place(one) < after]
    shown = rest[:PER_PAGE]
    older = {"month": f"{month:%Y-%m}", "after": _place(shown[-1])} if len(rest) > PER_PAGE else {}
    context: dict[str, Any] = {
        "here": _address(month),
        "mode_next": reverse("generation:reconciliation"),
        "found": found,
        "month": month,
        "month_word": f"{month:%Y-%m}",
        "earlier": f"{(month - timedelta(days=1)):%Y-%m}",
        "later": f"{next_month(month):%Y-%m}" if next_month(month) <= clock.now().date() else "",
        "ready": closing.readiness(access, month=month, found=found),
        "accounts": [(side, provider_name(side.provider)) for side in found.accounts],
        "billed": sum(side.billed for side in found.accounts),
        "booked": sum(side.booked for side in found.accounts),
        "open": [(one, provider_name(one.provider)) for one in shown],
        "disputed": [(one, provider_name(one.provider)) for one in found.disputed[:PER_PAGE]],
        "older_query": urlencode(older),
        "statements": _statements(access),
        "providers": [(name, provider_name(name)) for name in PROVIDERS],
        "faults": faults or [],
        "typed": typed or {},
        "closing_fault": closing_fault,
        "override": override,
    }
    wrong = faults or typed or closing_fault
    return render(request, "generation/reconciliation.html", context, status=422 if wrong else 200)


def _statements(access: Access) -> list[Statement]:
    rows = Statement.objects.within(access).select_related("account", "imported_by")
    return list(rows.order_by("-pk")[:STATEMENTS_SHOWN])


def _place(one: Difference) -> str:
    return f"{one.day}|{one.subject}"


def _month(text: str) -> date:
    if MONTH.fullmatch(text):
        return date.fromisoformat(f"{text}-01")
    return clock.now().date().replace(day=1)


def _address(month: date) -> str:
    return f"{reverse('generation:reconciliation')}?month={month:%Y-%m}"
