"""The budgets' pages: all of them with their meters, one with its history, and a new one."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.access import Access
from accounts.models import ApiKey, AuditEntry
from generation.asks import Refused
from generation.idempotency import Answer, StillAtWork, fingerprint, once
from generation.models import Budget, BudgetAlert, BudgetKind, CentreKind, CostCentre, PeriodKind
from generation.money import approvals, budget_terms
from generation.money.budget_pace import budget_pace
from generation.money.budget_preview import preview
from generation.money.budget_views import matching, mine, newest_alerts, views
from generation.money.forecast import FORMULA
from generation.pages import budget_form
from generation.pages.budget_form import Typed, typed_from, typed_of
from generation.pages.budget_rows import changes_of, period_of, row_of
from generation.pages.door import is_partial, page
from generation.pages.form import Wrong
from generation.pages.once import NAME as TOKEN
from generation.pages.once import new_token
from generation.pages.refusals import STILL_AT_WORK
from generation.wording import provider_name
from providers.catalogue_file import PROVIDERS

PER_PAGE = 30
ALERTS_SHOWN = 5
MOST_SHOWN = 50
MOST_CHOICES = 200
STATES = (("on", "Switched on"), ("off", "Switched off"), ("all", "All"))


@page("budgets:read")
def budget_list(request: HttpRequest, access: Access) -> HttpResponse:
    """Filtered by its address: `kind`, `target` (an id or a provider's name), `state`, `before`."""
    kinds, states = BudgetKind.values, [value for value, _ in STATES]
    kind = request.GET.get("kind", "") if request.GET.get("kind") in kinds else ""
    state = request.GET.get("state", "on") if request.GET.get("state") in states else "on"
    target = request.GET.get("target", "")[:64]
    rows = _from(
        matching(_in_state(mine(access), state), kind=kind, target=target),
        request.GET.get("before", "")[:40],
    )
    found = list(rows.order_by("-pk")[: PER_PAGE + 1])
    shown = found[:PER_PAGE]
    chosen = {"kind": kind, "target": target, "state": "" if state == "on" else state}
    older = {**chosen, "before": shown[-1].uid} if len(found) > PER_PAGE else {}
    context = {
        "rows": [row_of(view) for view in views(shown)],
        "alerts": newest_alerts(access, most=ALERTS_SHOWN),
        "requests": approvals.waiting(access)[:MOST_SHOWN],
        "kinds": BudgetKind.choices,
        "states": STATES,
        "kind": kind,
        "state": state,
        "target": target,
        "filtered": any(chosen.values()) or "before" in request.GET,
        "older_query": urlencode({name: value for name, value in older.items() if value}),
    }
    return render(request, "generation/budgets.html", context)


@page("budgets:read")
def budget(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    return show(request, access, budget_or_404(access, uid))


@page("budgets:read")
def budget_preview(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    """What the typed limit would have stopped today; nothing where no limit is typed."""
    found = budget_or_404(access, uid)
    typed = typed_from(request.GET)
    limit = budget_form.micros_typed(typed.limit)
    told = None
    if limit is not None:
        told = preview(found, limit_micros=limit, hard=typed.hard == "hard")
    if is_partial(request):
        context = {"preview": told, "hard": typed.hard == "hard"}
        return render(request, "generation/_budget_preview.html", context)
    return show(request, access, found, typed=typed, preview=told, hard=typed.hard == "hard")


@page("budgets:write", methods=("POST",))
def budget_change(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    found, typed = budget_or_404(access, uid), typed_from(request.POST)
    try:
        changes = budget_form.read_changes(typed)
        budget_terms.change(access, found, changes=changes, reason=typed.reason)
    except Refused as refused:
        errors = budget_form.wrong_of(refused, typed).errors
    except Wrong as wrong:
        errors = wrong.errors
    else:
        return redirect("generation:budget", uid=uid)
    return show(request, access, found, status=422, typed=typed, errors=errors)


@page("budgets:write", methods=("GET", "POST"))
def budget_new(request: HttpRequest, access: Access) -> HttpResponse:
    if request.method != "POST":
        return _form(request, access, Typed())
    typed = typed_from(request.POST)
    try:
        uid = _made_once(request, access, typed)
    except Refused as refused:
        errors = budget_form.wrong_of(refused, typed).errors
    except Wrong as wrong:
        errors = wrong.errors
    except StillAtWork:
        errors = {"form": STILL_AT_WORK}
    else:
        return redirect("generation:budget", uid=uid)
    return _form(request, access, typed, errors=errors, status=422)


def budget_or_404(access: Access, uid: str) -> Budget:
    found = mine(access).filter(uid=uid).first()
    if found is None:
        raise Http404("There is no such budget in this workspace and mode.")
    return found


def _made_once(request: HttpRequest, access: Access, typed: Typed) -> str:
    """The uid of the new budget, or of the one that this very form has made already."""
    ask = budget_form.read_ask(typed)
    content = fingerprint("POST", request.path, body=vars(typed))
    token = request.POST.get(TOKEN, "")[:64]

    def effect() -> Answer:
        return Answer(status=200, body={"budget": budget_terms.create(access, ask).uid})

    key = f"page:{token}:{content}" if token else ""
    return str(once(access, key=key, request_hash=content, effect=effect).body["budget"])


def _in_state(rows: QuerySet[Budget], state: str) -> QuerySet[Budget]:
    return rows if state == "all" else rows.filter(active=state == "on")


def _from(rows: QuerySet[Budget], before: str) -> QuerySet[Budget]:
    if not before:
        return rows
    return rows.filter(pk__lt=Budget.objects.filter(uid=before).values("pk")[:1])


def _form(
    request: HttpRequest,
    access: Access,
    typed: Typed,
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    centres = CostCentre.objects.within(access).exclude(kind=CentreKind.WORKSPACE)
    keys = ApiKey.objects.within(access).filter(revoked_at=None)
    context = {
        "typed": typed,
        "errors": errors or {},
        "token": new_token(),
        "kinds": BudgetKind.choices,
        "period_kinds": PeriodKind.choices,
        "centres": centres.order_by("-pk")[:MOST_CHOICES],
        "keys": keys.order_by("-pk")[:MOST_CHOICES],
        "providers": [(name, provider_name(name)) for name in PROVIDERS],
    }
    return render(request, "generation/budget_new.html", context, status=status)


def show(
    request: HttpRequest,
    access: Access,
    found: Budget,
    *,
    status: int = 200,
    typed: Typed | None = None,
    **more: Any,
) -> HttpResponse:
    """One budget's page; `more` is what a form on it has to say."""
    [view] = views([found])
    alerts = BudgetAlert.objects.within(access).filter(period__budget=found)
    entries = AuditEntry.objects.within(access).filter(subject=f"budget:{found.uid}")
    past = found.periods.order_by("-starts_on")[:MOST_SHOWN]
    context = {
        "budget": found,
        "row": row_of(view),
        "typed": typed or typed_of(found),
        "errors": {},
        "alerts": alerts.select_related("period").order_by("-pk")[:MOST_SHOWN],
        "periods": [period_of(one) for one in past],
        "changes": changes_of(entries.select_related("user").order_by("-pk")[:MOST_SHOWN]),
        "formula": FORMULA,
        "pace": budget_pace(view),
        "requests": approvals.waiting(access).filter(budget=found),
        "token": new_token(),
        **more,
    }
    return render(request, "generation/budget.html", context, status=status)
