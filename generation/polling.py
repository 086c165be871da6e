"""Looking at accepted tasks: claimed in batches, asked side by side, written only on change."""

import logging
from datetime import timedelta

from generation import clock, outcomes, waypoints
from generation.choices import AttemptState, Attention
from generation.events import note
from generation.figures import counted
from generation.models import Attempt, Job
from generation.pace import least_gap, next_look, pace_of
from generation.submitting import backoff
from generation.vendors import adapter_of, asked, task_of
from providers.errors import ProviderError, TookTooLong
from providers.many import ManyTransport
from providers.types import CancelOutcome, Progress, TaskState

log = logging.getLogger(__name__)

BATCH = 200
CLAIM_SECONDS = 15.0
ENDED = (TaskState.SUCCEEDED, TaskState.FAILED, TaskState.CANCELLED)


def poll_due(many: ManyTransport) -> int:
    """Look at every accepted attempt that is due. Returns how many were looked at."""
    due = _claim()
    if not due:
        return 0
    questions = [asked(a, "poll", adapter_of(a).poll(task_of(a))) for a in due]
    with waypoints.after("looked"):
        answers = many.ask_all(questions)
    for attempt, answer in zip(due, answers, strict=True):
        if isinstance(answer, ProviderError):
            _look_failed(attempt, answer)
        else:
            _take(attempt, answer, many)
    return len(due)


def _claim() -> list[Attempt]:
    """Take what is due by moving its next look out of everybody else's sight."""
    moment = clock.now()
    with waypoints.commit("looks_claimed"):
        due = list(
            Attempt.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(state=AttemptState.ACCEPTED, next_check_at__lte=moment)
            .select_related("job", "account")
            .order_by("next_check_at")[:BATCH]
        )
        if due:
            Attempt.objects.filter(pk__in=[attempt.pk for attempt in due]).update(
                next_check_at=moment + timedelta(seconds=CLAIM_SECONDS)
            )
    for attempt in due:
        counted.LOOK_LATE.observe((moment - attempt.next_check_at).total_seconds())
    return due


def _look_failed(attempt: Attempt, failure: ProviderError) -> None:
    """An error of the look proves nothing about the task: look again later."""
    checks = attempt.checks + 1
    Attempt.objects.filter(pk=attempt.pk, state=AttemptState.ACCEPTED).update(
        checks=checks, next_check_at=clock.after(backoff(min(checks, 6), failure.retry_after))
    )
    waypoints.passed("look_put_off")
    said = (attempt.client_ref, failure.reason)
    log.info("poll_failed attempt=%s reason=%s", *said, extra={"job": attempt.job.uid})
    _mind_deadline(attempt)


def _take(attempt: Attempt, progress: Progress, many: ManyTransport) -> None:
    if progress.unknown_word:
        said = (attempt.provider, progress.unknown_word)
        log.warning("unknown_status provider=%s word=%s", *said, extra={"job": attempt.job.uid})
    if progress.state in ENDED or (
        progress.state == TaskState.GONE and attempt.cancel_sent_at is not None
    ):
        outcomes.finish(attempt, progress)
        return
    outcomes.looked_at(attempt, progress, next_look=clock.after(_gap(attempt)))
    attempt.vendor_state = progress.state
    wanted = attempt.job.cancel_requested_at is not None and not attempt.parked
    if progress.state == TaskState.GONE and (attempt.parked or _overdue(attempt) >= 0):
        _forgotten(attempt)
    elif wanted and attempt.cancel_sent_at is None:
        _ask_to_cancel(attempt, many)
    else:
        _mind_deadline(attempt, many)


def _gap(attempt: Attempt) -> float:
    elapsed = (clock.now() - (attempt.accepted_at or attempt.created_at)).total_seconds()
    return next_look(elapsed, pace_of(attempt), least_gap=least_gap(attempt))


def _overdue(attempt: Attempt) -> float:
    """Seconds since the offer's deadline; negative before it."""
    elapsed = (clock.now() - (attempt.accepted_at or attempt.created_at)).total_seconds()
    return elapsed - float(attempt.leg["deadline_seconds"])


def _forgotten(attempt: Attempt) -> None:
    """The vendor no longer knows a task that never ended: nothing more can be learned there.

    Whether it was charged only the vendor's statement tells, so its price is booked for now.
    """
    failure = TookTooLong("the provider no longer knows this clip", billed=None)
    outcomes.finish(attempt, Progress(state=TaskState.FAILED, failure=failure))


def _ask_to_cancel(attempt: Attempt, many: ManyTransport) -> CancelOutcome | None:
    """Pass the wish to cancel on; what it costs is told by the looks that follow."""
    with waypoints.after("cancel_sent"):
        question = asked(attempt, "cancel", adapter_of(attempt).cancel(task_of(attempt)))
        [answer] = many.ask_all([question])
    if isinstance(answer, ProviderError):
        said = (attempt.client_ref, answer.reason)
        log.info("cancel_failed attempt=%s reason=%s", *said, extra={"job": attempt.job.uid})
        return None
    moment = clock.now()
    with waypoints.commit("cancel_kept"):
        Attempt.objects.filter(pk=attempt.pk, cancel_sent_at__isnull=True).update(
            cancel_sent_at=moment, next_check_at=clock.after(0.3)
        )
        note(attempt.job, "cancel.sent", answer, attempt=attempt)
    attempt.cancel_sent_at = moment
    return answer


def _mind_deadline(attempt: Attempt, many: ManyTransport | None = None) -> None:
    """Give up waiting at the offer's deadline: cancel where that works, then the next leg.

    A vendor that cannot cancel may still finish and charge: the attempt is parked with its
    hold and looked at until it ends, while the job goes on with its next leg.
    """
    overdue = _overdue(attempt)
    if overdue < 0 or attempt.parked or attempt.job.cancel_requested_at is not None:
        return
    if many is not None and attempt.cancel_sent_at is None:
        outcome = _ask_to_cancel(attempt, many)
        if outcome in (CancelOutcome.CANCELLED, CancelOutcome.REQUESTED, CancelOutcome.TOO_LATE):
            return  # the next look tells how it ended
    if attempt.cancel_sent_at is not None and overdue < 30:
        return
    park(attempt)


def park(attempt: Attempt) -> bool:
    """Let the job go on without waiting for this attempt any longer."""
    from generation.fallback import carry_on

    with waypoints.commit("parked"):
        won = Attempt.objects.filter(
            pk=attempt.pk, state=AttemptState.ACCEPTED, parked=False
        ).update(parked=True, failure_class="timeout", reason="Took longer than its deadline.")
        if not won:
            return False
        attempt.refresh_from_db()
        Job.objects.filter(pk=attempt.job_id).update(
            attention=Attention.OVERDUE, consent="policy: deadline passed"
        )
        job = Job.objects.select_related("workspace").get(pk=attempt.job_id)
        note(job, "attempt.parked", attempt.reason, attempt=attempt)
        carry_on(job, attempt, TookTooLong("its deadline passed", provider=attempt.provider))
    return True
