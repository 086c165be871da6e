"""The first page: what needs a person, what runs, what came back, what it cost today."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.access import Access
from generation.choices import ATTEMPT_LIVE, JOB_ENDED, JOB_OPEN, Attention, JobState
from generation.models import Attempt, Job, LedgerLine
from generation.pages.door import page
from generation.pages.rows import JobRow, rows_of, version_of

SHOWN_RUNNING = 6
SHOWN_DONE = 12


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Counts of jobs, and micro-dollars: spent since midnight, held just now."""

    running: int
    undecided: int
    completed: int
    failed: int
    spent_micros: int
    held_micros: int


@page("jobs:read")
def today(request: HttpRequest, access: Access) -> HttpResponse:
    return render(request, "generation/today.html", _context(access))


@page("jobs:read")
def today_live(request: HttpRequest, access: Access) -> HttpResponse:
    """The page's changing part, or 204 while nothing in it has changed since `?v=`."""
    context = _context(access)
    if request.GET.get("v") == context["version"]:
        return HttpResponse(status=204)
    return render(request, "generation/_today_live.html", context)


def _context(access: Access) -> dict[str, Any]:
    mine = Job.objects.within(access)
    undecided = list(_undecided(access).order_by("-pk")[:SHOWN_RUNNING])
    waiting = mine.filter(state__in=JOB_OPEN, attention=Attention.NONE)
    running = list(waiting.order_by("-pk")[:SHOWN_RUNNING])
    done = list(mine.filter(state__in=JOB_ENDED).order_by("-pk")[:SHOWN_DONE])
    rows = rows_of([*undecided, *running, *done])
    figures = _figures(access)
    return {
        "figures": figures,
        "undecided": _part(rows, undecided),
        "running": _part(rows, running),
        "done": _part(rows, done),
        "version": version_of(rows, figures),
        "day": timezone.localtime(),
    }


def _undecided(access: Access):  # type: ignore[no-untyped-def]
    return Job.objects.within(access).filter(state__in=JOB_OPEN).exclude(attention=Attention.NONE)


def _part(rows: list[JobRow], jobs: list[Job]) -> list[JobRow]:
    by_uid = {row.uid: row for row in rows}
    return [by_uid[job.uid] for job in jobs]


def _figures(access: Access) -> Figures:
    midnight = _midnight()
    mine = Job.objects.within(access)
    counts = mine.filter(state__in=JOB_OPEN).aggregate(
        running=Count("pk"), undecided=Count("pk", filter=~Q(attention=Attention.NONE))
    )
    # Two questions, each with an index of its own; as one, every job is looked at.
    counts |= mine.filter(ended_at__gte=midnight).aggregate(
        completed=Count("state", filter=Q(state=JobState.COMPLETED)),
        failed=Count("state", filter=Q(state=JobState.FAILED)),
    )
    spent = (
        LedgerLine.objects.within(access).filter(created_at__gte=midnight).exclude(spent_delta=0)
    )
    held = Attempt.objects.within(access).filter(state__in=ATTEMPT_LIVE)
    return Figures(
        **counts,
        spent_micros=spent.aggregate(total=Sum("spent_delta"))["total"] or 0,
        held_micros=held.aggregate(total=Sum("max_micros"))["total"] or 0,
    )


def _midnight() -> datetime:
    """The start of the day where the person is."""
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
