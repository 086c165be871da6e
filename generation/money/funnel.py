"""What became of the clips asked for in a span of days, and what each fate has cost.

A job belongs to the day on which it was asked for, and has exactly one fate, so that fates add
up to what was requested in clips, seconds and money. Its money is all that it has cost so far, on
whichever day that was booked.
"""

from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q, Sum

from generation.choices import JOB_OPEN, AttemptState, JobState
from generation.models import Attempt
from generation.money.insight import Scope

IN_DOUBT = (AttemptState.UNKNOWN, AttemptState.LOST_BILLED)
DONE, FAILED = Q(state=JobState.COMPLETED), Q(state=JobState.FAILED)
REFUSED, DOUBT = Q(error_class="moderation"), Q(doubt=True)
# Which jobs each step and each fate has, by two facts about their attempts.
GROUPS = {
    "requested": Q(pk__isnull=False),
    "generated": Q(made=True),
    "delivered": DONE,
    "refused": FAILED & ~DOUBT & REFUSED,
    "failed": FAILED & ~DOUBT & ~REFUSED,
    "cancelled": Q(state=JobState.CANCELLED) & ~DOUBT,
    "unknown": ~DONE & DOUBT,
    "open": Q(state__in=JOB_OPEN) & ~DOUBT,
}


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
    """The jobs asked for in the span, in one query."""
    asked = scope.jobs().filter(created_at__gte=scope.span.starts, created_at__lt=scope.span.ends)
    attempts = Attempt.objects.filter(job=OuterRef("pk"))
    asked = asked.annotate(
        made=Exists(attempts.filter(state=AttemptState.SUCCEEDED)),
        doubt=Exists(attempts.filter(state__in=IN_DOUBT)),
    )
    sums = asked.aggregate(
        **{f"{name}_jobs": Count("pk", filter=group) for name, group in GROUPS.items()},
        **{f"{name}_s": Sum("seconds", filter=group) for name, group in GROUPS.items()},
        **{f"{name}_m": Sum(F("cost_micros"), filter=group) for name, group in GROUPS.items()},
    )

    def step(name: str, label: str) -> Step:
        return Step(
            name=name,
            label=label,
            jobs=sums[f"{name}_jobs"],
            seconds=sums[f"{name}_s"] or 0,
            micros=sums[f"{name}_m"] or 0,
        )

    return Funnel(
        steps=(
            step("requested", "Requested"),
            step("generated", "Generated"),
            _not_known("picked", "Picked"),
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


def _not_known(name: str, label: str) -> Step:
    return Step(name=name, label=label, jobs=None, seconds=None, micros=None)
