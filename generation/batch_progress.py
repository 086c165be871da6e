"""How far batches are: counts, what they have cost so far, and when they will be through."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, Sum

from generation import clock
from generation.choices import JOB_OPEN, Attention, JobState
from generation.models import Batch, Job

# Fewer endings than this say nothing about the pace.
ENOUGH = 3


@dataclass(frozen=True, kw_only=True)
class Progress:
    """`counts` has every state. `eta_seconds` is None where nothing honest can be said;
    `eta_basis` is the reason, or how it was worked out. Micros are micro-dollars."""

    counts: dict[str, int]
    cost_micros: int
    stuck: int
    eta_seconds: int | None
    eta_basis: str

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def open(self) -> int:
        return sum(self.counts[state] for state in JOB_OPEN)

    @property
    def percent(self) -> int:
        return 100 * (self.total - self.open) // max(1, self.total)


def progress_of(batches: Sequence[Batch]) -> dict[int, Progress]:
    """The progress of each batch by its primary key, in one query for all."""
    by_state = {f"n_{state}": Count("pk", filter=Q(state=state)) for state in JobState.values}
    stuck = Q(state__in=JOB_OPEN) & ~Q(attention=Attention.NONE)
    rows = (
        Job.objects.filter(batch__in=[batch.pk for batch in batches])
        .values("batch_id")
        .annotate(cost=Sum("cost_micros"), stuck=Count("pk", filter=stuck), **by_state)
    )
    found: dict[int, Any] = {row["batch_id"]: row for row in rows}
    now = clock.now()
    return {batch.pk: _progress(batch, found.get(batch.pk, {}), now=now) for batch in batches}


def _progress(batch: Batch, row: dict[str, Any], *, now: datetime) -> Progress:
    counts = {state: row.get(f"n_{state}", 0) for state in JobState.values}
    stuck = row.get("stuck", 0)
    made = counts[JobState.COMPLETED] + counts[JobState.FAILED]
    moving = sum(counts[state] for state in JOB_OPEN) - stuck
    elapsed = max((now - batch.created_at).total_seconds(), 0.1)
    eta, basis = _eta(made=made, moving=moving, stuck=stuck, elapsed=elapsed)
    return Progress(
        counts=counts,
        cost_micros=row.get("cost", 0),
        stuck=stuck,
        eta_seconds=eta,
        eta_basis=basis,
    )


def _eta(*, made: int, moving: int, stuck: int, elapsed: float) -> tuple[int | None, str]:
    """At this batch's own pace so far, which grows longer by itself while nothing ends."""
    waits = f" {stuck} more need a decision first." if stuck else ""
    if not moving and not stuck:
        return 0, "Every clip has ended."
    if not moving:
        return None, f"{stuck} clips need a decision."
    if made < ENOUGH:
        return None, f"Too early to tell: {made} clips have ended, {ENOUGH} are needed.{waits}"
    pace = elapsed / made
    return math.ceil(moving * pace), f"{made} clips in {elapsed:.0f} s so far.{waits}"
