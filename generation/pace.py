"""When to look at a vendor's task next, from how long this offer has taken before.

The first look comes near the fast end of the known times, looks stand close together around
the middle of them and further apart after it: most detection for the fewest calls.
"""

from dataclasses import dataclass
from functools import lru_cache
from statistics import quantiles
from time import monotonic

from generation.choices import AttemptState
from generation.models import Attempt

KNOWN = 50
REMEMBER_SECONDS = 20


@dataclass(frozen=True, kw_only=True)
class Pace:
    """Seconds from acceptance to the end: a tenth, half and nine tenths were faster."""

    fast: float
    middle: float
    slow: float


def first_look(pace: Pace, *, least_gap: float) -> float:
    return max(min(pace.fast * 0.9, pace.middle), least_gap, 0.3)


def next_look(elapsed: float, pace: Pace, *, least_gap: float) -> float:
    """Seconds until the next look at a task that has run for `elapsed` seconds."""
    spread = max(pace.slow - pace.fast, pace.middle * 0.1)
    if elapsed < pace.fast:
        gap = pace.fast - elapsed
    elif elapsed <= pace.slow:
        gap = spread / 12
    else:
        gap = (elapsed - pace.fast) / 6
    return min(max(gap, least_gap, 0.25), 30.0)


def first_look_at(attempt: Attempt) -> float:
    """Seconds from acceptance to the first look at this attempt's task."""
    return first_look(pace_of(attempt), least_gap=least_gap(attempt))


def least_gap(attempt: Attempt) -> float:
    """Seconds that its vendor wants between two looks at one task."""
    return float(attempt.leg.get("least_gap", 0.3))


def pace_of(attempt: Attempt) -> Pace:
    """From the last finished attempts of its offer, else from the catalogue's words."""
    typical, slow = attempt.leg["typical_seconds"], attempt.leg["slow_seconds"]
    measured = measured_pace(attempt.offer_id, attempt.mode)
    if measured is not None:
        return measured
    return Pace(fast=typical * 0.6, middle=typical, slow=max(slow, typical * 1.2))


def measured_pace(offer_id: int, mode: str) -> Pace | None:
    """As it was measured lately, None where it was not."""
    return _measured(offer_id, mode, int(monotonic() / REMEMBER_SECONDS))


@lru_cache(maxsize=256)
def _measured(offer_id: int, mode: str, _time_box: int) -> Pace | None:
    rows = (
        Attempt.objects.filter(offer_id=offer_id, mode=mode, state=AttemptState.SUCCEEDED)
        .order_by("-id")
        .values_list("accepted_at", "ended_at")[:KNOWN]
    )
    seconds = [(end - start).total_seconds() for start, end in rows if start and end]
    if len(seconds) < 5:
        return None
    tenths = quantiles(seconds, n=10)
    return Pace(fast=max(tenths[0], 0.1), middle=tenths[4], slow=tenths[8])
