"""The rehearsal campaign's page: how far it is, what to look at, and how to be rid of it."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import Access
from accounts.models import Mode
from campaigns.first_run import making, running
from campaigns.first_run.steps import STEPS
from campaigns.models import FirstRun
from generation.asks import Refused
from generation.pages.door import PATIENCE_STATUS, is_partial, page


@dataclass(frozen=True, kw_only=True)
class StepRow:
    """One line of the list; `state` is done, now, stopped or later."""

    words: str
    state: str


@page("campaigns:read")
def first_run(request: HttpRequest, access: Access) -> HttpResponse:
    """Asked for again by itself while something moves; 286 ends that."""
    run = running.run_of(access)
    context = _context(access, run)
    if is_partial(request):
        status = 200 if context["at_work"] else PATIENCE_STATUS
        return render(request, "campaigns/_first_run.html", context, status=status)
    return render(request, "campaigns/first_run.html", context)


@page("campaigns:write", methods=("POST",))
def first_run_start(request: HttpRequest, access: Access) -> HttpResponse:
    """Twice is once: a rehearsal that is there is shown."""
    try:
        running.start(access)
    except Refused as refused:
        context = {**_context(access, None), "error": refused.message}
        return render(request, "campaigns/first_run.html", context, status=422)
    return redirect("campaigns:first_run")


@page("campaigns:write", methods=("POST",))
def first_run_remove(request: HttpRequest, access: Access) -> HttpResponse:
    running.remove(access)
    messages.info(request, "The rehearsal is archived. What it cost stays in the rehearsed books.")
    return redirect("generation:today")


def _context(access: Access, run: FirstRun | None) -> dict[str, Any]:
    at_work = run is not None and run.due_at is not None
    ended, total = making.counted(run) if run and run.campaign_id else (0, 0)
    return {
        "run": run,
        "rows": _rows(run) if run else [],
        "at_work": at_work,
        "ended": ended,
        "total": total,
        "in_test": access.mode == Mode.TEST,
        "rooms": _rooms(access, run) if run and run.done_at else [],
        "mode_next": reverse("generation:today"),
    }


def _rows(run: FirstRun) -> list[StepRow]:
    return [StepRow(words=step.words, state=_state(run, at)) for at, step in enumerate(STEPS)]


def _state(run: FirstRun, at: int) -> str:
    if at < run.step:
        return "done"
    if at > run.step:
        return "later"
    return "now" if run.due_at is not None else "stopped"


def _rooms(access: Access, run: FirstRun) -> list[tuple[str, str, str]]:
    """Where to look, and for what: address, name, words."""
    campaign = run.campaign.uid if run.campaign else ""
    client = run.client.uid if run.client else ""
    of_campaign = [
        ("campaign", "The brief", "What was asked for, and what it would come to"),
        ("storyboard", "The storyboard", "Shots with prices, and the film of them"),
        ("drafts", "The drafts", "Takes side by side: stars, picks, a rejection"),
        ("finals", "The final", "A pick made again, better, held against its draft"),
        ("results", "The results", "Which variant wins as an ad, and how sure that is"),
    ]
    found = [
        (reverse(f"campaigns:{view}", args=[campaign]), name, words)
        for view, name, words in of_campaign
    ]
    found.append(
        (reverse("campaigns:client", args=[client]), "The client", "Brand kit, product, money")
    )
    found.append((reverse("campaigns:library"), "The library", "Prompts with gaps to fill in"))
    found.append((reverse("generation:jobs"), "The queue", "With one refusal and one failure"))
    if access.may("costs:read"):
        found.append((reverse("generation:costs"), "The costs", "Where the rehearsed money went"))
    return found
