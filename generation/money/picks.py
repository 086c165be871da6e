"""What people have picked out of the clips of a span of days.

A pick is a verdict on a shot's take. It may be given or taken back long after the days are over,
so it is read as it stands, never out of sums that are kept. Clips that belong to no shot cannot be
picked; what they cost counts all the same.
"""

from dataclasses import dataclass

from django.db.models import Count, Q, Sum

from accounts.access import Access
from generation.choices import JobState
from generation.models import CostCentre, Job
from generation.money.report_span import Span

PICKED = "picked"  # the verdict's word on a take


@dataclass(frozen=True, kw_only=True)
class Picks:
    """`asked_…` are picked clips that were asked for in the span: how many, whole seconds, and
    micro-dollars so far. `delivered_seconds` are those of picked clips delivered in it."""

    asked_jobs: int
    asked_seconds: int
    asked_micros: int
    delivered_seconds: int


def picks(access: Access, span: Span, *, client: CostCentre | None) -> Picks:
    """One query. `client` narrows it down to what hangs below one centre."""
    rows = Job.objects.within(access).filter(
        take__workspace_id=access.workspace_id,
        take__mode=access.mode,
        take__verdict=PICKED,
        state=JobState.COMPLETED,
    )
    if client is not None:
        rows = rows.filter(cost_centre__path__startswith=client.path)
    asked = Q(created_at__gte=span.starts, created_at__lt=span.ends)
    delivered = Q(ended_at__gte=span.starts, ended_at__lt=span.ends)
    told = rows.aggregate(
        asked_jobs=Count("pk", filter=asked),
        asked_seconds=Sum("seconds", filter=asked, default=0),
        asked_micros=Sum("cost_micros", filter=asked, default=0),
        delivered_seconds=Sum("seconds", filter=delivered, default=0),
    )
    return Picks(**{name: int(value) for name, value in told.items()})
