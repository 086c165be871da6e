"""What a vendor's answer makes of an attempt before its task has ended (`generation.finishing`).
Each function is one transaction."""

from django.db import connection
from django.db.models import Q

from generation import clock, endings, queue, waypoints
from generation.busy import unless_deadlocked
from generation.choices import ATTEMPT_LIVE, AttemptState, Attention
from generation.events import note, note_on
from generation.fallback import carry_on
from generation.many_rows import insert_unless_there
from generation.models import Attempt, Job, LearnedFrom, ProviderTask
from generation.money import ledger
from generation.one_trip import OneTrip
from generation.wording import said
from providers.errors import ProviderError, Unavailable

_ACCEPT = """
UPDATE generation_attempt
SET state = 'accepted', task_id = %s, accepted_at = %s, submit_started_at = %s,
    lease_until = NULL, lease_owner = '', checks = 0, refusals = 0, reason = '',
    next_check_at = %s
WHERE id = %s AND state IN ('planned', 'submitting', 'unknown')
RETURNING id
"""
# As a rule the job waits for nothing any more, and no row changes. A fact may be learned of an
# attempt that was never claimed here, after a restore.
_JOB_GOES_ON = """
UPDATE generation_job
SET state = CASE WHEN state = 'queued' THEN 'processing' ELSE state END,
    started_at = CASE WHEN state = 'queued' THEN %s ELSE started_at END,
    attention = CASE WHEN attention = 'ambiguous' THEN '' ELSE attention END
WHERE id = %s AND (state = 'queued' OR attention = 'ambiguous')
"""


def accept(attempt: Attempt, *, task_id: str, learned_from: LearnedFrom, first_look: float) -> bool:
    """The fact that the vendor has a task for us: a fact beats every plan, so no epoch here.

    For an attempt that has ended already the fact is kept, flagged and booked by the orphan
    sweep; it never reopens the job.
    """
    with waypoints.commit("accepted"):
        if not _learn(attempt, task_id=task_id, learned_from=learned_from):
            return False
        won = _goes_on(attempt, task_id=task_id, first_look=first_look)
        if not won and not Attempt.objects.filter(pk=attempt.pk, task_id=task_id).exists():
            Job.objects.filter(pk=attempt.job_id).update(attention=Attention.LATE_TASK)
            note(attempt.job, "task.late", attempt=attempt, task_id=task_id)
    return won


@waypoints.inside
def _goes_on(attempt: Attempt, *, task_id: str, first_look: float) -> bool:
    """The attempt, where it has not ended, and its job, whatever that waited for."""
    at = connection.ops.adapt_datetimefield_value
    moment, trip = at(clock.now()), OneTrip()
    began = at(attempt.submit_started_at) if attempt.submit_started_at else moment
    look = at(clock.after(first_look))
    if not trip.ask(_ACCEPT, [task_id, moment, began, look, attempt.pk]):
        return False
    trip.add(_JOB_GOES_ON, [moment, attempt.job_id])
    note_on(trip, attempt.job, "attempt.accepted", attempt=attempt, task_id=task_id)
    trip.send()
    queue.ring_drive()
    return True


@waypoints.inside
def _learn(attempt: Attempt, *, task_id: str, learned_from: LearnedFrom) -> bool:
    """Keep the fact; False when the task is known to belong to another attempt."""
    fact = {
        "account_id": attempt.account_id,
        "task_id": task_id,
        "attempt_id": attempt.pk,
        "learned_from": learned_from,
    }
    return (
        insert_unless_there(ProviderTask, fact)
        or ProviderTask.objects.filter(
            account_id=attempt.account_id, task_id=task_id, attempt=attempt
        ).exists()
    )


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
