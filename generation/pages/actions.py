"""The buttons of a job's page: cancel, try again, a higher tier, and what a manager decides."""

from collections.abc import Callable

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.access import Access
from accounts.audit import record
from generation import decisions, jobs, resolving
from generation.asks import Refused
from generation.models import Attempt, Job
from generation.money.budgets import BudgetExceeded
from generation.pages.ask_more import AskMore, ask_more, reason_of
from generation.pages.door import job_or_404, page
from generation.pages.job_page import show
from generation.pages.once import StillAtWork, job_once
from generation.pages.refusals import STILL_AT_WORK, budget_words
from providers.types import Tier

DECIDED_ALREADY = "That was settled already in the meantime. Nothing was changed."
CANNOT_GO_ON = (
    "No other provider was asked: the budget has too little left, or it was settled in the"
    " meantime. Nothing was changed."
)

REFUSED = {
    "charged": DECIDED_ALREADY,
    "not_charged": DECIDED_ALREADY,
    "elsewhere": CANNOT_GO_ON,
}


@page("jobs:cancel", methods=("POST",))
def cancel(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    job = job_or_404(access, uid)
    try:
        said = jobs.request_cancel(job).message
    except jobs.Ended as ended:
        return show(request, access, job, error=str(ended), status=409)
    messages.info(request, f"{said.rstrip('.')}.")
    return redirect("generation:job", uid=uid)


@page("jobs:write", methods=("POST",))
def again(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    job = job_or_404(access, uid)
    return _make(request, access, job, lambda: jobs.retry(access, job))


@page("jobs:write", methods=("POST",))
def higher(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    job = job_or_404(access, uid)
    wanted = request.POST.get("tier", "")
    if wanted not in set(Tier):
        return show(request, access, job, error="Choose one of the four tiers.", status=422)
    return _make(request, access, job, lambda: jobs.promote(access, job, tier=Tier(wanted)))


@page("jobs:decide", methods=("POST",))
def decide(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    """Settle an attempt in doubt: `decision` is not_charged, charged or elsewhere."""
    job = job_or_404(access, uid)
    attempt = _doubtful(job, request.POST.get("attempt", ""))
    who = request.user.get_username()
    decision = request.POST.get("decision", "")
    if decision not in REFUSED:
        return show(request, access, job, error="Choose one of the buttons.", status=422)
    with transaction.atomic():
        if decision == "elsewhere":
            done = resolving.continue_elsewhere(attempt, consent=f"consent of {who}"[:80])
        else:
            done = decisions.resolve_unknown(attempt, billed=decision == "charged", by=who)
        if done:
            record(access, f"job.decide.{decision}", f"job:{job.uid}")
    if not done:
        return show(request, access, job_or_404(access, uid), error=REFUSED[decision], status=409)
    return redirect("generation:job", uid=uid)


def _make(request: HttpRequest, access: Access, job: Job, make: Callable[[], Job]) -> HttpResponse:
    """To the new job's page; a refusal stays on this one, with its reason."""
    try:
        uid = job_once(request, access, make)
    except Refused as refused:
        return show(request, access, job, error=refused.message, status=422)
    except BudgetExceeded as fault:
        more = _ask_more(request, job, fault)
        words = budget_words(fault)
        return show(request, access, job, error=words, ask_more=more, status=402)
    except StillAtWork:
        return show(request, access, job, error=STILL_AT_WORK, status=409)
    return redirect("generation:job", uid=uid)


def _ask_more(request: HttpRequest, job: Job, fault: BudgetExceeded) -> AskMore:
    tier = request.POST.get("tier", "") or job.tier
    return ask_more(
        fault,
        path=reverse("generation:job", args=[job.uid]),
        typed=request.POST,
        reason=reason_of(job.prompt, f"One {tier} clip of {job.seconds} s again"),
    )


def _doubtful(job: Job, number: str) -> Attempt:
    if not (number.isascii() and number.isdigit()) or len(number) > 18:
        raise Http404("There is no such attempt.")
    rows = Attempt.objects.select_related("job__workspace").filter(job=job, pk=int(number))
    attempt = rows.first()
    if attempt is None:
        raise Http404("There is no such attempt.")
    return attempt
