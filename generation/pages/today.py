"""The first page: what needs a person, what runs, what came back, what it cost today."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.access import Access
from generation import clock
from generation.among import Among
from generation.choices import ATTEMPT_LIVE, JOB_ENDED, JOB_OPEN, Attention, JobState
from generation.incidents import incidents, moved_since
from generation.models import Attempt, Job, LedgerLine
from generation.money.budget_views import mine, newest_alerts, views
from generation.pages.budget_rows import BudgetRow, row_of
from generation.pages.door import page
from generation.pages.rows import JobRow, rows_of, version_of
from generation.track_record import lately
from providers.market import market

SHOWN_RUNNING = 6
SHOWN_DONE = 12
SHOWN_BUDGETS = 5
SHOWN_ALERTS = 3
# Those with the least left among so many are shown.
MOST_BUDGETS = 200
LATELY = timedelta(hours=1)
SEEN = "seen_today"
SEEN_FOR = 30 * 86_400  # seconds


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
    """What has ended since this browser's last look is marked, by the time in its cookie."""
    context = _context(access)
    seen = _seen(request)
    if seen is not None:
        context["fresh"] = {row.uid for row in context["done"] if row.since > seen}
    response = render(request, "generation/today.html", context)
    response.set_cookie(
        SEEN,
        f"{clock.now().timestamp():.3f}",
        max_age=SEEN_FOR,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return response


@page("jobs:read")
def today_around(request: HttpRequest, access: Access) -> HttpResponse:
    """What stands around the work: a piece of its own, so that the work is never kept waiting."""
    return render(request, "generation/_today_around.html", _around(access))


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


def _around(access: Access) -> dict[str, Any]:
    """Budgets with the least left, what crossed a limit, and what goes wrong at providers."""
    now = clock.now()
    found = [row_of(view) for view in views(mine(access).filter(active=True)[:MOST_BUDGETS])]
    running = [row for row in found if row.running]
    running.sort(key=lambda row: _left_share(row))
    trade = market(access.mode, now=now)
    record = lately(access.mode, since=now - LATELY)
    return {
        "budgets": running[:SHOWN_BUDGETS],
        "more_budgets": len(running) > SHOWN_BUDGETS,
        "alerts": newest_alerts(access, most=SHOWN_ALERTS),
        "incidents": incidents(trade, record=record),
        "moved": moved_since(access, since=_midnight()),
    }


def _left_share(row: BudgetRow) -> float:
    used = row.held_micros + row.spent_micros
    return 1 - used / row.limit_micros if row.limit_micros else 0.0


def _seen(request: HttpRequest) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(request.COOKIES.get(SEEN, "")), tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None


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
    held = Attempt.objects.within(access).filter(Among("state", ATTEMPT_LIVE))
    return Figures(
        **counts,
        spent_micros=spent.aggregate(total=Sum("spent_delta"))["total"] or 0,
        held_micros=held.aggregate(total=Sum("max_micros"))["total"] or 0,
    )


def _midnight() -> datetime:
    """The start of the day where the person is."""
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
