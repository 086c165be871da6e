"""What became of the clips asked for in a span of days, and what each fate has cost.

A job belongs to the day on which it was asked for, and has exactly one fate, so that fates add
up to what was requested in clips, seconds and money. Its money is all that it has cost so far, on
whichever day that was booked.
"""

import json
from collections import defaultdict
from dataclasses import dataclass

from generation.money.insight import Scope
from generation.money.job_sums import Counts
from generation.money.picks import Picks


@dataclass(frozen=True, kw_only=True)
class Step:
    """Jobs, the whole seconds that they asked for, and micro-dollars. None: nobody knows yet."""

    name: str
    label: str
    jobs: int | None
    seconds: int | None
    micros: int | None


@dataclass(frozen=True, kw_only=True)
class Funnel:
    """`steps` narrow down from requested to delivered; `fates` split up what was requested."""

    steps: tuple[Step, ...]
    fates: tuple[Step, ...]

    @property
    def wasted_micros(self) -> int:
        """What was paid for clips that ended without being delivered."""
        ended = [fate for fate in self.fates if fate.name not in ("delivered", "open")]
        return sum(fate.micros or 0 for fate in ended)


def funnel(scope: Scope) -> Funnel:
    """The jobs asked for in the span."""
    sums: defaultdict[str, Counts] = defaultdict(Counts)
    asked = scope.summed_jobs.counts("asked", changes=(scope.span.first,))
    for (key, _), counts in asked.items():
        fate, made = json.loads(key)
        sums["requested"].add(counts)
        sums[fate].add(counts)
        if made:
            sums["generated"].add(counts)

    def step(name: str, label: str) -> Step:
        return Step(name=name, label=label, **vars(sums[name]))

    return Funnel(
        steps=(
            step("requested", "Requested"),
            step("generated", "Generated"),
            _picked(scope.picks),
            _not_known("approved", "Approved"),
            step("delivered", "Delivered"),
        ),
        fates=(
            step("delivered", "Delivered"),
            step("refused", "Refused by the provider's rules"),
            step("failed", "Failed"),
            _not_known("rejected", "Rejected in a review"),
            step("cancelled", "Cancelled"),
            step("unknown", "Outcome unknown"),
            step("open", "Still being made"),
        ),
    )


def _picked(found: Picks) -> Step:
    return Step(
        name="picked",
        label="Picked",
        jobs=found.asked_jobs,
        seconds=found.asked_seconds,
        micros=found.asked_micros,
    )


def _not_known(name: str, label: str) -> Step:
    return Step(name=name, label=label, jobs=None, seconds=None, micros=None)
