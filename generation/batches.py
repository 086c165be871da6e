"""Many clips asked for together: all admitted under one hold, or none."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db.models import Exists, OuterRef

from accounts.access import Access
from generation import centres, clock, outcomes, queue, waypoints
from generation.asks import JobAsk, Refused
from generation.busy import unless_deadlocked
from generation.choices import JOB_OPEN, AttemptState, JobState
from generation.jobs import admit, ask_of, centre_of, checked_all
from generation.models import Attempt, Batch, CentreKind, Event, Job
from generation.routing import tier_above

MOST = 1000
HERO_MARK = "(hero shot)"
LONGEST_NAME = 120
# Ending a planned clip takes a transaction of its own. So many are ended while the caller waits;
# the driver ends the others within moments, since none of them is sent any more.
END_AT_ONCE = 50


@dataclass(frozen=True, kw_only=True)
class Admitted:
    """A batch with its jobs in the order of the prompts."""

    batch: Batch
    jobs: tuple[Job, ...]


@unless_deadlocked
def create(
    access: Access,
    asks: Sequence[JobAsk],
    *,
    use_cost_optimization: bool,
    hero_indexes: Iterable[int] = (),
    quote_uid: str = "",
    name: str = "",
    origins: Sequence[Job | None] = (),
) -> Admitted:
    """Admit every ask or none. With cost optimisation a hero shot goes one tier up.

    With a quote all are made at the quoted prices. `origins` are the jobs that these repeat or
    better, one for each ask. Raises Refused, naming the first prompt at fault, or BudgetExceeded.
    """
    tiered = with_heroes(
        asks, use_cost_optimization=use_cost_optimization, hero_indexes=hero_indexes
    )
    return _admitted(access, tiered, quote_uid=quote_uid, name=name, origins=origins)


def with_heroes(
    asks: Sequence[JobAsk], *, use_cost_optimization: bool, hero_indexes: Iterable[int] = ()
) -> list[JobAsk]:
    """The asks in the tiers that they are made in. Raises Refused for a wrong count or index."""
    if not 1 <= len(asks) <= MOST:
        raise Refused(f"Send 1 to {MOST} prompts, not {len(asks)}.", field="prompts")
    heroes = _heroes(asks, hero_indexes)
    if not use_cost_optimization:
        return list(asks)
    return [
        replace(ask, tier=tier_above(ask.tier)) if index in heroes else ask
        for index, ask in enumerate(asks)
    ]


@unless_deadlocked
def retry_failed(access: Access, batch: Batch) -> Admitted:
    """What failed once more, in the tiers that it had, as a batch of its own.

    A clip whose repetition is under way or done is left out, so that asking twice pays once.
    Raises Refused when nothing is left, or BudgetExceeded.
    """
    with waypoints.commit("batch_repeated"):
        Batch.objects.select_for_update().get(pk=batch.pk)
        failed = list(
            repeatable(batch).select_related("cost_centre__parent", "picture", "last_picture")
        )
        if not failed:
            raise Refused(
                "No clip of this batch has failed, or what failed is being made again already.",
                field="batch_id",
                code="none_failed",
            )
        return _admitted(
            access,
            [ask_of(job) for job in failed],
            origins=failed,
            name=batch.name,
            made_from=batch,
        )


def repeatable(batch: Batch):  # type: ignore[no-untyped-def]
    """The failed jobs of the batch, in order, but for those that are being made again."""
    better = Job.objects.filter(made_from=OuterRef("pk")).exclude(
        state__in=(JobState.FAILED, JobState.CANCELLED)
    )
    failed = batch.jobs.filter(~Exists(better), state=JobState.FAILED)
    return failed.order_by("item_index")


def cancel(batch: Batch) -> int:
    """Ask every open job of the batch to end. Returns how many were asked; twice is harmless."""
    moment = clock.now()
    with waypoints.commit("batch_cancel_wished"):
        wanted = batch.jobs.filter(state__in=JOB_OPEN, cancel_requested_at__isnull=True)
        asked = list(wanted.select_for_update().values_list("pk", flat=True))
        Job.objects.filter(pk__in=asked).update(cancel_requested_at=moment)
        Event.objects.bulk_create(
            Event(
                workspace_id=batch.workspace_id,
                mode=batch.mode,
                job_id=pk,
                kind="job.cancel_requested",
            )
            for pk in asked
        )
        # The poller looks at once, and passes the wish on.
        sent = Attempt.objects.filter(job__batch=batch, state=AttemptState.ACCEPTED)
        sent.filter(job__in=asked).update(next_check_at=moment)
        queue.ring_drive()
    _end_planned(batch)
    return len(asked)


def _end_planned(batch: Batch) -> None:
    planned = Attempt.objects.filter(job__batch=batch, state=AttemptState.PLANNED)
    unsent = planned.filter(job__cancel_requested_at__isnull=False).select_related("job")
    for attempt in unsent.order_by("pk")[:END_AT_ONCE]:
        outcomes.cancel_planned(attempt)


def _admitted(
    access: Access,
    asks: Sequence[JobAsk],
    *,
    origins: Sequence[Job | None] = (),
    quote_uid: str = "",
    name: str = "",
    made_from: Batch | None = None,
) -> Admitted:
    with waypoints.commit("batch_admitted"):
        checked = checked_all(access, asks, quote_uid=quote_uid)
        if origins:
            pairs = zip(checked, origins, strict=True)
            checked = [
                replace(one, made_from_id=origin.pk if origin else None) for one, origin in pairs
            ]
        above = centre_of(access, asks[0])
        title = name or f"Batch of {len(asks)}"
        centre = centres.add(above, kind=CentreKind.BATCH, name=title)
        batch = Batch.objects.create(
            workspace_id=access.workspace_id,
            mode=access.mode,
            cost_centre=centre,
            created_by_id=access.user_id,
            api_key_id=access.api_key_id,
            made_from=made_from,
            quote_id=checked[0].quoted.quote_id if checked[0].quoted else None,
            name=name[:LONGEST_NAME],
            total=len(asks),
            estimated_micros=sum(one.route.likely_micros for one in checked),
        )
        jobs = admit(access, checked, centre=centre, batch=batch)
    return Admitted(batch=batch, jobs=tuple(jobs))


def _heroes(asks: Sequence[JobAsk], named: Iterable[int]) -> set[int]:
    heroes = set(named)
    if outside := sorted(i for i in heroes if not 0 <= i < len(asks)):
        raise Refused(
            f"There is no prompt {outside[0]}: count from 0 to {len(asks) - 1}.",
            field="hero_indexes",
        )
    return heroes | {i for i, ask in enumerate(asks) if HERO_MARK in ask.prompt.lower()}
