"""What became of the clips asked for in a span of days, and what each fate has cost.

A job belongs to the day on which it was asked for, and has exactly one fate, so that fates add
up to what was requested in clips, seconds and money. Its money is all that it has cost so far, on
whichever day that was booked.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, QuerySet, Sum

from generation.choices import JOB_OPEN, AttemptState, JobState
from generation.models import Attempt, Job
from generation.money.insight import Scope

IN_DOUBT = (AttemptState.UNKNOWN, AttemptState.LOST_BILLED)
MODERATION = "moderation"
Sums = tuple[int, int, int]  # jobs, seconds, micros
Groups = dict[tuple[str, str], Sums]  # by state and error class


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
    """The jobs asked for in the span, in three queries.

    Every job is read out of an index alone; the attempts are asked only about the few whose
    outcome was in doubt, and about those that were made and not delivered.
    """
    asked = scope.jobs().filter(created_at__gte=scope.span.starts, created_at__lt=scope.span.ends)
    tries = Attempt.objects.filter(job=OuterRef("pk"))
    doubtful = Attempt.objects.filter(state__in=IN_DOUBT).values("job_id")
    rest = asked.exclude(state=JobState.COMPLETED)
    every = _groups(asked)
    doubt = _groups(rest.filter(pk__in=doubtful))
    made = _groups(rest.filter(Exists(tries.filter(state=AttemptState.SUCCEEDED))))
    sums = _split(every, doubt)
    # What was delivered had been made.
    sums["generated"] = _total([sums["delivered"], *made.values()])

    def step(name: str, label: str) -> Step:
        jobs, seconds, micros = sums[name]
        return Step(name=name, label=label, jobs=jobs, seconds=seconds, micros=micros)

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


def _groups(jobs: QuerySet[Job]) -> Groups:
    told = jobs.values_list("state", "error_class").annotate(
        n=Count("*"), s=Sum("seconds"), m=Sum("cost_micros")
    )
    return {(state, error): sums for state, error, *sums in told.order_by()}  # type: ignore[misc]


def _split(every: Groups, doubt: Groups) -> dict[str, Sums]:
    """Every job to exactly one fate; what was requested is all of them."""
    fates: defaultdict[str, list[Sums]] = defaultdict(list)
    for key, sums in every.items():
        unsure = doubt.get(key, (0, 0, 0))
        fates["unknown"].append(unsure)
        fates[_fate(*key)].append((sums[0] - unsure[0], sums[1] - unsure[1], sums[2] - unsure[2]))
    names = ("delivered", "refused", "failed", "cancelled", "unknown", "open")
    return {"requested": _total(every.values()), **{name: _total(fates[name]) for name in names}}


def _fate(state: str, error_class: str) -> str:
    if state in JOB_OPEN:
        return "open"
    if state == JobState.FAILED:
        return "refused" if error_class == MODERATION else "failed"
    return "delivered" if state == JobState.COMPLETED else "cancelled"


def _total(parts: Iterable[Sums]) -> Sums:
    rows = list(parts)
    return (sum(r[0] for r in rows), sum(r[1] for r in rows), sum(r[2] for r in rows))


def _not_known(name: str, label: str) -> Step:
    return Step(name=name, label=label, jobs=None, seconds=None, micros=None)
