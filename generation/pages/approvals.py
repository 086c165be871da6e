"""Asking for more on a budget's page or beside a refusal, and the owner's answer."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.access import Access
from accounts.door import local
from generation.asks import Refused
from generation.models import ApprovalRequest, Budget
from generation.money import approvals
from generation.money.approvals import WayBack
from generation.money.budget_views import views
from generation.pages.ask_more import LONGEST_ADDRESS
from generation.pages.budget_rows import row_of
from generation.pages.budgets import budget_or_404, show
from generation.pages.door import page
from generation.pages.money_form import micros_typed
from generation.pages.once import StillAtWork, made_once, new_token
from generation.pages.refusals import STILL_AT_WORK
from providers.micros import decimal_from_micros, dollars


@page("jobs:write", methods=("POST",))
def budget_ask(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    found = budget_or_404(access, uid)
    typed = {name: request.POST.get(name, "")[:600] for name in ("amount", "reason")}
    asked, wrong = _asked(request, access, found, typed)
    if asked:
        return redirect("generation:budget", uid=uid)
    return show(request, access, found, status=422, asked=typed, ask_wrong=wrong)


@page("jobs:write", methods=("POST",))
def ask_more(request: HttpRequest, access: Access) -> HttpResponse:
    """The form beside a refusal: `ask` names the budget and the sum that is missing in it."""
    uid, _, micros = request.POST.get("ask", "")[:100].partition(":")
    found = budget_or_404(access, uid)
    missing = int(micros) if micros.isascii() and micros.isdigit() and len(micros) < 16 else 0
    asked = {"amount": _dollars(missing), "reason": request.POST.get("reason", "")[:500]}
    return _ask_page(request, access, found, asked=asked)


@page("jobs:write", methods=("POST",))
def ask_for(request: HttpRequest, access: Access) -> HttpResponse:
    """Asks, and goes back to the request that was refused, filled as it was."""
    found = budget_or_404(access, request.POST.get("budget", "")[:40])
    asked = {name: request.POST.get(name, "")[:600] for name in ("amount", "reason")}
    uid, wrong = _asked(request, access, found, asked, back=_back(request))
    if uid:
        made = approvals.by_uid(access, uid)
        return redirect(approvals.way_back(made) if made else "generation:budgets")
    return _ask_page(request, access, found, asked=asked, wrong=wrong, status=422)


def _asked(
    request: HttpRequest,
    access: Access,
    budget: Budget,
    typed: dict[str, str],
    *,
    back: WayBack | None = None,
) -> tuple[str, dict[str, str]]:
    """The question's id, and a word to whoever asks; or nothing and what is wrong, by field."""
    try:
        micros = micros_typed(typed["amount"], field="amount")
        uid = made_once(
            request,
            access,
            lambda: (
                approvals.ask(access, budget, micros=micros, reason=typed["reason"], back=back).uid
            ),
        )
    except Refused as refused:
        return "", {refused.field: refused.message}
    except StillAtWork:
        return "", {"form": STILL_AT_WORK}
    messages.success(request, f"Asked for {dollars(micros)} more. The owners are told.")
    return uid, {}


def _ask_page(
    request: HttpRequest,
    access: Access,
    found: Budget,
    *,
    asked: dict[str, str],
    wrong: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    back = _back(request)
    address = f"{back.path}?{back.typed}" if back.typed else back.path
    [view] = views([found])
    context: dict[str, Any] = {
        "budget": found,
        "row": row_of(view),
        "asked": asked,
        "wrong": wrong or {},
        "back": back,
        # An address that is too long for servers goes back without what was typed.
        "back_href": address if len(address) <= LONGEST_ADDRESS else back.path,
        "token": new_token(),
    }
    return render(request, "generation/ask_more.html", context, status=status)


def _dollars(micros: int) -> str:
    """To the last micro-dollar, so that the sum is enough: "0.10", "0.123456"."""
    whole, _, rest = f"{decimal_from_micros(micros):.6f}".partition(".")
    return f"{whole}.{rest[:2]}{rest[2:].rstrip('0')}"


def _back(request: HttpRequest) -> WayBack:
    path = local(request, request.POST.get("came_from", "").partition("?")[0])
    return WayBack(path=path, typed=request.POST.get("typed", "") if path else "")


@page("budgets:write", methods=("POST",))
def approval_decide(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    """`decision` is approve or refuse; to refuse takes an answer."""
    row = ApprovalRequest.objects.within(access).filter(uid=uid).select_related("budget").first()
    decision, answer = request.POST.get("decision", ""), request.POST.get("answer", "")[:600]
    if row is None or decision not in ("approve", "refuse"):
        raise Http404("There is no such question in this workspace and mode.")
    try:
        if decision == "approve":
            approvals.approve(access, uid, reason=answer)
        else:
            approvals.refuse(access, uid, reason=answer)
    except Refused as refused:
        wrong = {uid: refused.message}
        found = budget_or_404(access, row.budget.uid)
        return show(request, access, found, status=422, decide_wrong=wrong)
    said = "approved once" if decision == "approve" else "refused"
    messages.success(request, f"{dollars(row.micros)} more in “{row.budget.name}”: {said}.")
    return redirect("generation:budget", uid=row.budget.uid)
