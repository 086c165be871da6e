"""What a vendor's answer makes of an attempt. Each function is one transaction."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Case, F, Q, Value, When

from generation import clock, endings, queue, waypoints
from generation.busy import unless_deadlocked
from generation.choices import ATTEMPT_LIVE, AssetKind, AttemptState, Attention, JobState
from generation.events import note
from generation.fallback import carry_on
from generation.models import Asset, Attempt, Job, LearnedFrom, ProviderTask
from generation.money import ledger
from generation.wording import said
from providers.errors import ProviderError, TookTooLong, Unavailable
from providers.types import Progress, TaskState

FETCH_SECONDS = 24 * 3600.0


def accept(attempt: Attempt, *, task_id: str, learned_from: LearnedFrom, first_look: float) -> bool:
    """The fact that the vendor has a task for us: a fact beats every plan, so no epoch here.

    For an attempt that has ended already the fact is kept, flagged and booked by the orphan
    sweep; it never reopens the job.
    """
    with waypoints.commit("accepted"):
        if not _learn(attempt, task_id=task_id, learned_from=learned_from):
            return False
        moment = clock.now()
        won = Attempt.objects.filter(
            pk=attempt.pk,
            state__in=(AttemptState.PLANNED, AttemptState.SUBMITTING, AttemptState.UNKNOWN),
        ).update(
            state=AttemptState.ACCEPTED,
            task_id=task_id,
            accepted_at=moment,
            submit_started_at=attempt.submit_started_at or moment,
            lease_until=None,
            lease_owner="",
            checks=0,
            refusals=0,
            reason="",
            next_check_at=clock.after(first_look),
        )
        if won:
            note(attempt.job, "attempt.accepted", attempt=attempt, task_id=task_id)
            _job_goes_on(attempt, at=moment)
            queue.ring_drive()
        elif not Attempt.objects.filter(pk=attempt.pk, task_id=task_id).exists():
            Job.objects.filter(pk=attempt.job_id).update(attention=Attention.LATE_TASK)
            note(attempt.job, "task.late", attempt=attempt, task_id=task_id)
    return bool(won)


@waypoints.inside
def _job_goes_on(attempt: Attempt, *, at: datetime) -> None:
    """Whatever the job waited for is over; as a rule that is nothing, and no row changes.

    A fact may be learned of an attempt that was never claimed here, after a restore.
    """
    queued, in_doubt = Q(state=JobState.QUEUED), Q(attention=Attention.AMBIGUOUS)
    Job.objects.filter(queued | in_doubt, pk=attempt.job_id).update(
        state=Case(When(queued, then=Value(JobState.PROCESSING)), default=F("state")),
        started_at=Case(When(queued, then=Value(at)), default=F("started_at")),
        attention=Case(When(in_doubt, then=Value(Attention.NONE)), default=F("attention")),
    )


@waypoints.inside
def _learn(attempt: Attempt, *, task_id: str, learned_from: LearnedFrom) -> bool:
    """Keep the fact; False when the task is known to belong to another attempt."""
    try:
        with transaction.atomic():
            ProviderTask.objects.create(
                account_id=attempt.account_id,
                task_id=task_id,
                attempt=attempt,
                learned_from=learned_from,
            )
    except IntegrityError:
        return ProviderTask.objects.filter(
            account_id=attempt.account_id, task_id=task_id, attempt=attempt
        ).exists()
    return True


@unless_deadlocked
def refuse(attempt: Attempt, failure: ProviderError) -> bool:
    """submitting → rejected: the vendor said no, nothing was made, the hold goes back."""
    with waypoints.commit("refused"):
        mine = Q(state=AttemptState.SUBMITTING, lease_epoch=attempt.lease_epoch)
        return _end_unbilled(attempt, AttemptState.REJECTED, failure, guard=mine)


@unless_deadlocked
def disprove(attempt: Attempt, *, reason: str) -> bool:
    """unknown → not_accepted: proven that no task exists; the same offer may be asked again."""
    failure = Unavailable(reason, provider=attempt.provider)
    with waypoints.commit("disproved"):
        return _end_unbilled(
            attempt, AttemptState.NOT_ACCEPTED, failure, guard=Q(state=AttemptState.UNKNOWN)
        )


@waypoints.inside
def _end_unbilled(
    attempt: Attempt, state: AttemptState, failure: ProviderError, *, guard: Q
) -> bool:
    text = said(attempt.provider, failure)
    won = Attempt.objects.filter(guard, pk=attempt.pk).update(
        state=state,
        lease_until=None,
        lease_owner="",
        ended_at=clock.now(),
        failure_class=failure.failure_class,
        failure_code=failure.code[:80],
        reason=text,
    )
    if not won:
        return False
    attempt.refresh_from_db()
    job = Job.objects.select_related("workspace").get(pk=attempt.job_id)
    ledger.release(attempt, job, reason=text)
    note(job, f"attempt.{state}", text, attempt=attempt)
    if not attempt.parked:
        carry_on(job, attempt, failure)
    return True


@unless_deadlocked
def finish(attempt: Attempt, progress: Progress) -> bool:
    """accepted → succeeded, failed or cancelled, settled in the same transaction."""
    state = {
        TaskState.SUCCEEDED: AttemptState.SUCCEEDED,
        TaskState.FAILED: AttemptState.FAILED,
        TaskState.CANCELLED: AttemptState.CANCELLED,
        TaskState.GONE: AttemptState.CANCELLED,
    }[progress.state]
    failure = progress.failure if isinstance(progress.failure, ProviderError) else None
    micros, provisional = cost_of(attempt, progress, failure)
    with waypoints.commit("finished"):
        text = said(attempt.provider, failure, begun=True) if failure else ""
        won = Attempt.objects.filter(pk=attempt.pk, state=AttemptState.ACCEPTED).update(
            state=state,
            ended_at=clock.now(),
            percent=100 if state == AttemptState.SUCCEEDED else attempt.percent,
            failure_class=failure.failure_class if failure else "",
            failure_code=failure.code[:80] if failure else "",
            reason=text,
        )
        if not won:
            return False
        attempt.refresh_from_db()
        job = Job.objects.select_related("workspace").get(pk=attempt.job_id)
        ledger.settle(
            attempt,
            job,
            micros=micros,
            task_id=attempt.task_id,
            vendor=progress.cost,
            provisional=provisional,
            reason=text,
        )
        if micros > attempt.max_micros:
            Job.objects.filter(pk=job.pk).update(attention=Attention.OVERAGE)
        note(job, f"attempt.{state}", text, attempt=attempt, cost_micros=micros)
        _after_finish(job, attempt, progress, failure)
    return True


def cost_of(
    attempt: Attempt, progress: Progress, failure: ProviderError | None
) -> tuple[int, bool]:
    """Micros to book and whether they are provisional. The vendor's own figure comes first."""
    if progress.cost is not None:
        return progress.cost.micros, False
    if progress.state == TaskState.SUCCEEDED:
        return attempt.max_micros, False
    if failure is not None:
        if failure.billed is False or not _charges_for(attempt, failure):
            return 0, failure.billed is None
        # The vendor charges, or does not say: book the price until its statement tells.
        return attempt.max_micros, failure.billed is None
    # Cancelled, and the vendor names no figure. One that stops on request charges for finished
    # clips only; one that deletes at once charges from the moment that work has begun.
    stopped = progress.state == TaskState.CANCELLED and attempt.leg.get("cancel") == "requested"
    waiting = attempt.vendor_state == TaskState.QUEUED
    return (0 if stopped or waiting else attempt.max_micros), True


def _charges_for(attempt: Attempt, failure: ProviderError) -> bool:
    """Whether the offer charges for a failure about whose cost the vendor says nothing."""
    if failure.billed is None and failure.failure_class == "moderation":
        return bool(attempt.leg.get("billed_on_moderation", True))
    return True


def _after_finish(
    job: Job, attempt: Attempt, progress: Progress, failure: ProviderError | None
) -> None:
    if progress.state == TaskState.SUCCEEDED:
        _expect_clip(job, attempt, progress)
        if job.cancel_requested_at is not None and not attempt.parked:
            endings.cancel(job)
    elif not attempt.parked:
        carry_on(job, attempt, failure or TookTooLong("its deadline passed"))


@waypoints.inside
def _expect_clip(job: Job, attempt: Attempt, progress: Progress) -> None:
    asset = Asset.objects.create(
        workspace_id=job.workspace_id,
        mode=job.mode,
        kind=AssetKind.CLIP,
        job=job,
        attempt=attempt,
        unclaimed=attempt.parked or job.cancel_requested_at is not None or job.is_ended,
        created_by_id=job.created_by_id,
        output_url=progress.output_url,
        next_check_at=clock.now(),
        fetch_deadline=clock.after(FETCH_SECONDS),
    )
    queue.ring_fetch(asset.pk)


@unless_deadlocked
def cancel_planned(attempt: Attempt) -> bool:
    """planned → cancelled: never sent, so the hold goes back and the job is over."""
    with waypoints.commit("unsent_cancelled"):
        won = Attempt.objects.filter(pk=attempt.pk, state=AttemptState.PLANNED).update(
            state=AttemptState.CANCELLED,
            ended_at=clock.now(),
            reason="Cancelled before it was sent.",
        )
        if not won:
            return False
        job = Job.objects.get(pk=attempt.job_id)
        ledger.release(attempt, job, reason="cancelled before sending")
        note(job, "attempt.cancelled", attempt=attempt)
        if not job.attempts.filter(state__in=ATTEMPT_LIVE, parked=False).exists():
            endings.cancel(job)
    return True
