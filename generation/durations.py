"""How long an offer's tasks took, and whether its vendor's callbacks came: read once in a while.

What ended is known by the look that found it, which came a little later, and by a callback to
the second, however late we were to look. Who only believed its own looks would never learn of
tasks that became quicker. And of tasks that began after the oldest that still runs only the quick
ones have ended: they tell whether callbacks come, not how long it takes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from time import monotonic
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from generation import clock, looks
from generation.choices import AttemptState
from generation.looks import Durations
from generation.models import Attempt, ReceivedCallback

KNOWN = 200
FEWEST = 5
NEWEST = 20
REMEMBER_SECONDS = 20
# A vendor that has never failed to call may still do so: as often as once in ten such records.
DOUBT = 0.1
# Spreads numbers 0, 1, 2, … evenly over 0 to 1.
GOLDEN = 0.618034


@dataclass(frozen=True, kw_only=True)
class Ended:
    """A task that succeeded: `took` seconds until a callback `told` that it had ended or, where
    none came before, a look found it so; and whether an earlier look had `seen_running`."""

    took: float
    told: bool
    seen_running: bool
    least_gap: float


def first_look(attempt: Attempt) -> float:
    """Seconds from acceptance to the first look at this attempt's task."""
    return looks.wait(0.0, durations_of(attempt), least=least_gap(attempt))


def next_look(attempt: Attempt, *, percent: int | None) -> float:
    """Seconds from now to the next look at a task that still runs."""
    elapsed = seconds_run(attempt)
    seconds = looks.wait(elapsed, durations_of(attempt), least=least_gap(attempt), percent=percent)
    # At its deadline something is to be done about it, whatever the past says.
    left = float(attempt.leg["deadline_seconds"]) - elapsed
    return min(seconds, max(left, least_gap(attempt), looks.SOONEST))


def seconds_run(attempt: Attempt) -> float:
    return (clock.now() - (attempt.accepted_at or attempt.created_at)).total_seconds()


def least_gap(attempt: Attempt) -> float:
    """Seconds that its vendor wants between two looks at one task."""
    return _least_gap_of(attempt.leg)


def _least_gap_of(leg: Mapping[str, Any]) -> float:
    return float(leg.get("least_gap", 0.3))


def durations_of(attempt: Attempt) -> Durations:
    """Of the last finished attempts of its offer, else from the catalogue's words."""
    measured = measured_durations(attempt.offer_id, attempt.mode)
    return measured or _supposed(attempt.leg["typical_seconds"], attempt.leg["slow_seconds"])


def measured_durations(offer_id: int, mode: str) -> Durations | None:
    """As they were measured lately, None where they were not."""
    return _measured(offer_id, mode, int(monotonic() / REMEMBER_SECONDS))


@lru_cache(maxsize=256)
def _supposed(typical: float, slow: float) -> Durations:
    return looks.supposed(typical=typical, slow=slow)


@lru_cache(maxsize=256)
def _measured(offer_id: int, mode: str, _time_box: int) -> Durations | None:
    mine = Attempt.objects.filter(offer_id=offer_id, mode=mode)
    running = mine.filter(state=AttemptState.ACCEPTED, parked=False)
    oldest = running.order_by("pk").values_list("pk", flat=True).first()
    ended = mine.filter(state=AttemptState.SUCCEEDED).order_by("-pk")
    whole = ended if oldest is None else ended.filter(pk__lt=oldest)
    return read(_rows(whole[:KNOWN]), newest=_rows(ended[:NEWEST]))


def _rows(ended: QuerySet[Attempt]) -> list[Ended]:
    told = ReceivedCallback.objects.filter(attempt=OuterRef("pk"), says_ended=True)
    first = told.order_by("received_at").values("received_at")[:1]
    rows = ended.annotate(told_at=Subquery(first)).values_list(
        "accepted_at", "ended_at", "told_at", "vendor_state", "leg"
    )
    return [
        Ended(
            took=(min(end, told_at or end) - accepted).total_seconds(),
            told=told_at is not None,
            seen_running=bool(vendor_state),
            least_gap=_least_gap_of(leg),
        )
        for accepted, end, told_at, vendor_state, leg in rows
        if accepted and end
    ]


def read(past: Sequence[Ended], *, newest: Sequence[Ended]) -> Durations | None:
    """What past tasks tell, and the newest of all about callbacks; None for too few of them."""
    if len(past) < FEWEST:
        return None
    silent = max(
        (_untold(past) + DOUBT) / (len(past) + DOUBT),
        _untold(newest) / max(len(newest), 1),
    )
    known = sorted(max(_took(one, n), 0.1) for n, one in enumerate(past))
    return Durations(known=tuple(known), silent=silent)


def _untold(ends: Sequence[Ended]) -> int:
    """How many no callback told."""
    return sum(not one.told for one in ends)


def _took(one: Ended, number: int) -> float:
    """When it ended, as far as we can know: some time before the look that found it."""
    if one.told:
        return one.took
    late = (number * GOLDEN) % 1
    if not one.seen_running:
        return one.took * (1 - late / 2)
    return one.took - late * min(one.least_gap, one.took / 2)
