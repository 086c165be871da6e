"""Asking for more on a budget's page, and the owner's answer."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.access import Access
from generation.asks import Refused
from generation.models import ApprovalRequest
from generation.money import approvals
from generation.pages.budgets import budget_or_404, show
from generation.pages.door import page
from generation.pages.money_form import micros_typed
from generation.pages.once import StillAtWork, made_once
from generation.pages.refusals import STILL_AT_WORK
from providers.micros import dollars


@page("jobs:write", methods=("POST",))
def budget_ask(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    found = budget_or_404(access, uid)
    typed = {name: request.POST.get(name, "")[:600] for name in ("amount", "reason")}
    try:
        micros = micros_typed(typed["amount"], field="amount")
        made_once(
            request,
            access,
            lambda: approvals.ask(access, found, micros=micros, reason=typed["reason"]).uid,
        )
    except Refused as refused:
        wrong = {refused.field: refused.message}
    except StillAtWork:
        wrong = {"form": STILL_AT_WORK}
    else:
        messages.success(request, f"Asked for {dollars(micros)} more. The owners are told.")
        return redirect("generation:budget", uid=uid)
    return show(request, access, found, status=422, asked=typed, ask_wrong=wrong)


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
