"""Batches: the list of them, and one with its clips, kept fresh while any is open."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import Access
from generation import batches
from generation.asks import Checker, Refused
from generation.batch_progress import Progress, progress_of
from generation.choices import JobState
from generation.jobs import ask_of
from generation.models import Batch, Job
from generation.money.budgets import BudgetExceeded
from generation.pages.ask_more import ask_more, asked_before
from generation.pages.client_choice import below, client_filter
from generation.pages.door import PATIENCE_STATUS, page
from generation.pages.once import StillAtWork, made_once, new_token
from generation.pages.refusals import STILL_AT_WORK, budget_words
from generation.pages.rows import rows_of, version_of
from generation.pages.spans import about
from generation.pausing import held_of, may_arrange_batch

PER_PAGE = 30
CLIPS_PER_PAGE = 60
STATES = ("", *JobState.values)


@page("jobs:read")
def batch_list(request: HttpRequest, access: Access) -> HttpResponse:
    """Newest first, continued after `?before=<batch>`."""
    mine = Batch.objects.within(access)
    if client := client_filter(request, access):
        mine = mine.filter(cost_centre__in=below(access, client))
    if before := request.GET.get("before", "")[:40]:
        mine = mine.filter(pk__lt=Batch.objects.filter(uid=before).values_list("pk", flat=True)[:1])
    found = list(mine.order_by("-pk")[: PER_PAGE + 1])
    shown = found[:PER_PAGE]
    progress = progress_of(shown)
    context = {
        "batches": [(batch, progress[batch.pk]) for batch in shown],
        "older": shown[-1].uid if len(found) > PER_PAGE else "",
        "before": before,
    }
    return render(request, "generation/batch_list.html", context)


@page("jobs:read")
def batch(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    """`?asked=<question>` says how a retry stands that a budget has refused."""
    asked = asked_before(request, access)
    return _show(request, access, _batch_or_404(access, uid), asked=asked)


@page("jobs:read")
def batch_live(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    """The changing part: 204 while unchanged, 286 once nothing more comes."""
    context = _context(request, access, _batch_or_404(access, uid))
    if context["progress"].open and request.GET.get("v") == context["version"]:
        return HttpResponse(status=204)
    status = 200 if context["progress"].open else PATIENCE_STATUS
    return render(request, "generation/_batch_live.html", context, status=status)


@page("jobs:cancel", methods=("POST",))
def batch_cancel(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    found = _batch_or_404(access, uid)
    asked = batches.cancel(found)
    said = f"Cancelling {asked} clips." if asked else "Every clip had ended already."
    messages.info(request, said)
    return redirect("generation:batch", uid=uid)


@page("jobs:write", methods=("POST",))
def batch_again(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    """What failed once more; a refusal stays on this page, with its reason."""
    found = _batch_or_404(access, uid)
    try:
        made = made_once(request, access, lambda: batches.retry_failed(access, found).batch.uid)
    except Refused as refused:
        return _show(request, access, found, error=refused.message, status=422)
    except BudgetExceeded as fault:
        more = ask_more(
            fault,
            path=reverse("generation:batch", args=[uid]),
            typed=request.POST,
            reason=f"What failed in “{found.name or 'a batch'}” once more",
        )
        words = budget_words(fault)
        return _show(request, access, found, error=words, ask_more=more, status=402)
    except StillAtWork:
        return _show(request, access, found, error=STILL_AT_WORK, status=409)
    return redirect("generation:batch", uid=made)


def _batch_or_404(access: Access, uid: str) -> Batch:
    rows = Batch.objects.within(access).select_related("made_from", "cost_centre__parent")
    found = rows.filter(uid=uid).first()
    if found is None:
        raise Http404("There is no such batch in this workspace and mode.")
    return found


def _show(
    request: HttpRequest, access: Access, found: Batch, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {**_context(request, access, found), **more}
    return render(request, "generation/batch.html", context, status=status)


def _context(request: HttpRequest, access: Access, found: Batch) -> dict[str, Any]:
    """One page of the clips, in the order of the prompts, with the figures of all of them."""
    state = request.GET.get("state", "")
    state = state if state in STATES else ""
    start = _start(request.GET.get("from", ""))
    jobs = Job.objects.within(access).filter(batch=found, item_index__gte=start)
    if state:
        jobs = jobs.filter(state=state)
    clips = list(jobs.order_by("item_index")[: CLIPS_PER_PAGE + 1])
    rows = rows_of(clips[:CLIPS_PER_PAGE])
    progress = progress_of([found])[found.pk]
    following = clips[CLIPS_PER_PAGE].item_index if len(clips) > CLIPS_PER_PAGE else None
    eta = about(progress.eta_seconds) if progress.eta_seconds else ""
    query = {"state": state, "from": start or ""}
    held = held_of(found) if progress.open else 0
    return {
        "batch": found,
        "here": reverse("generation:batch", args=[found.uid]),
        "mode_next": reverse("generation:batches"),
        "rows": rows,
        "progress": progress,
        "eta": eta,
        "state": state,
        "states": [(value, JobState(value).label if value else "All clips") for value in STATES],
        "start": start,
        "following": following,
        "query": urlencode({name: value for name, value in query.items() if value}),
        "version": version_of(
            rows, progress.counts, progress.cost_micros, progress.stuck, eta, held
        ),
        "held": held,
        "may_arrange": may_arrange_batch(access, found),
        **_repeat(access, found, progress),
    }


def _repeat(access: Access, found: Batch, progress: Progress) -> dict[str, Any]:
    """How many failed clips can be made again now, and for how much."""
    if not progress.counts[JobState.FAILED] or not access.may("jobs:write"):
        return {"again": None}
    failed = batches.repeatable(found).select_related(
        "cost_centre__parent", "picture", "last_picture"
    )
    checker, micros, count = Checker(access), 0, 0
    for job in failed:
        try:
            micros += checker.route(ask_of(job)).likely_micros
        except Refused:
            return {"again": None}
        count += 1
    again = {"count": count, "micros": micros} if count else None
    return {"again": again, "token": new_token()}


def _start(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
