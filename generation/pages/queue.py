"""What waits and runs now: lanes, places in line, slots in use, and what people may do to it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.access import Access, Forbidden
from accounts.door import local
from generation import arranging, jobs, pausing
from generation.asks import Refused
from generation.lanes import LaneKind
from generation.models import Batch, Job
from generation.pages.door import PATIENCE_STATUS, job_or_404, page
from generation.pages.queue_rows import running_rows, sections, slot_rows
from generation.pages.rows import version_of
from generation.queue_now import QueueNow, queue_now
from providers.market import market

DEEDS = {
    "hold": (arranging.hold, "On hold. Its money stays held, too."),
    "resume": (arranging.resume, "It is in line again."),
    "front": (arranging.to_front, "Moved to the front of the hot lane."),
    "up": (arranging.move_up, "Moved up by one."),
    "normal": (arranging.back_to_normal, "Back in its own lane."),
}


@page("jobs:read")
def queue(request: HttpRequest, access: Access) -> HttpResponse:
    return render(request, "generation/queue.html", _context(access))


@page("jobs:read")
def queue_live(request: HttpRequest, access: Access) -> HttpResponse:
    """The changing part: 204 while it is as the browser has it, 286 once nothing moves."""
    context = _context(access)
    if context["moving"] and request.GET.get("v") == context["version"]:
        return HttpResponse(status=204)
    status = 200 if context["moving"] else PATIENCE_STATUS
    return render(request, "generation/_queue_live.html", context, status=status)


@page("jobs:read", methods=("POST",))
def arrange(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    """Hold, let go on, or move one job; cancel it, with what the provider says about refunds."""
    job = job_or_404(access, uid)
    deed = request.POST.get("deed", "")
    if deed == "cancel":
        return _done(request, lambda: _cancel(access, job))
    if deed not in DEEDS:
        raise Http404("There is no such deed.")
    work, words = DEEDS[deed]

    def do() -> str:
        work(access, job)
        return words

    return _done(request, do)


@page("jobs:read", methods=("POST",))
def arrange_batch(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    """Hold a whole batch, or let it go on."""
    batch = Batch.objects.within(access).filter(uid=uid).first()
    if batch is None:
        raise Http404("There is no such batch in this workspace and mode.")
    if request.POST.get("deed") == "resume":
        return _done(request, lambda: f"{pausing.resume_batch(access, batch)} clips go on.")
    return _done(request, lambda: f"{pausing.hold_batch(access, batch)} clips are on hold.")


@page("queue:manage", methods=("POST",))
def pause(request: HttpRequest, access: Access) -> HttpResponse:
    """Pause the workspace's queue, or let it go on."""

    def do() -> str:
        if request.POST.get("deed") == "resume":
            pausing.resume_queue(access)
            return "The queue goes on."
        pausing.pause_queue(access, reason=request.POST.get("reason", ""))
        return "The queue is paused. What has been sent goes on."

    return _done(request, do)


def _cancel(access: Access, job: Job) -> str:
    if not (access.may("jobs:cancel") and arranging.may_arrange(access, job)):
        raise Forbidden(arranging.SOMEBODY_ELSES)
    try:
        return f"{jobs.request_cancel(job).message.rstrip('.')}."
    except jobs.Ended as ended:
        raise Refused(str(ended), field="job") from ended


def _done(request: HttpRequest, do: Callable[[], str]) -> HttpResponse:
    """Back to where the button was, with what was done, or why nothing was."""
    try:
        messages.info(request, do())
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect(local(request, request.POST.get("back", "")) or "generation:queue")


def _context(access: Access) -> dict[str, Any]:
    now = queue_now(access)
    offers = market(access.mode).catalogue
    shown = sections(access, now, offers)
    running = running_rows(access, now, offers)
    slots = slot_rows(now)
    return {
        "queue": now,
        "sections": shown,
        "running": running,
        "running_more": max(0, now.under_way_count - len(running)),
        "slots": slots,
        "moving": _moves(now),
        "version": version_of(now.pause and now.pause.pk, shown, running, slots),
    }


def _moves(now: QueueNow) -> bool:
    """Whether anything can change here by itself."""
    in_line = any(section.lane.kind != LaneKind.ASIDE for section in now.lanes)
    return bool(now.under_way) or (in_line and now.pause is None)
