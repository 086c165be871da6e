"""Looking at accepted tasks: claimed in batches, asked side by side, written only on change."""

import logging
import math
from collections.abc import Collection, Sequence
from datetime import timedelta

from django.db.models import Exists, OuterRef

from generation import answers, clock, durations, finishing, kept_looks, scribe, waypoints
from generation.choices import AttemptState, Attention
from generation.events import note
from generation.figures import counted
from generation.kept_looks import Look
from generation.models import Attempt, Job, ReceivedCallback
from generation.models.job import long_columns
from generation.submitting import backoff
from generation.vendors import adapter_of, asked, task_of
from providers.errors import ProviderError, TookTooLong
from providers.many import ManyTransport
from providers.types import CancelOutcome, Progress, TaskState

log = logging.getLogger(__name__)

BATCH = 300
CLAIM_SECONDS = 15.0
# After an offer's deadline: how long the end of what was cancelled there is waited for.
LATE_SECONDS = 30.0
# Whether work had begun when the vendor ended it, which is what it charges by; newer than our look.
BEGUN = {
    CancelOutcome.WITHDRAWN: TaskState.QUEUED,
    CancelOutcome.CANCELLED: TaskState.PROCESSING,
}
ENDED = (TaskState.SUCCEEDED, TaskState.FAILED, TaskState.CANCELLED)
CALLBACKS = ReceivedCallback.objects.filter(attempt=OuterRef("pk"))


def poll_due(many: ManyTransport) -> int:
    """Ask about every accepted attempt that is due, and keep what has been answered, to earlier
    questions too. Returns how many were asked about."""
    due, called = _claim(answers.crowded(many))
    for attempt in due:
        task = task_of(attempt, called_back=attempt.pk in called)
        question = asked(attempt, "poll", adapter_of(attempt).poll(task))
        answers.ask(many, attempt, question, then=_heard)
    answers.attend(many, seconds=answers.PATIENCE)
    return len(due)


def seconds_to_next() -> float:
    """Until the next accepted attempt is due; below 0 where one is, infinite where none is."""
    accepted = Attempt.objects.filter(state=AttemptState.ACCEPTED).order_by("next_check_at")
    first = accepted.values_list("next_check_at", flat=True).first()
    return (first - clock.now()).total_seconds() if first else math.inf


def _heard(
    answered: Sequence[tuple[Attempt, Progress | ProviderError]], many: ManyTransport
) -> None:
    waypoints.passed("looked")
    ended: list[tuple[Attempt, Progress]] = []
    calm: list[tuple[Attempt, Progress]] = []
    restless: list[tuple[Attempt, Progress]] = []
    for attempt, answer in answered:
        if isinstance(answer, ProviderError):
            _look_failed(attempt, answer)
        elif _has_ended(attempt, answer):
            ended.append((attempt, answer))
        elif _needs_care(attempt, answer):
            restless.append((attempt, answer))
        else:
            calm.append((attempt, answer))

    def write_looks() -> None:
        finishing.finish_all(ended)
        _keep(calm)

    scribe.write(write_looks, rows=len(ended) + len(calm))
    _keep(restless)
    for attempt, answer in restless:
        _look_after(attempt, answer, many)


def _needs_care(attempt: Attempt, progress: Progress) -> bool:
    """Whether a task that still runs is to end, has run too long or is not found."""
    wanted = attempt.job.cancel_requested_at is not None
    return wanted or progress.state == TaskState.GONE or _overdue(attempt) >= 0


def _claim(crowded: Collection[int]) -> tuple[list[Attempt], set[int]]:
    """Take what is due by moving its next look out of everybody else's sight; and the ids of
    those that a callback has come for."""
    moment = clock.now()
    ready = Attempt.objects.filter(state=AttemptState.ACCEPTED, next_check_at__lte=moment)
    if crowded:
        ready = ready.exclude(account__in=crowded)
    if not ready.exists():  # asked without a lock, since it is asked often
        return [], set()
    until = moment + timedelta(seconds=CLAIM_SECONDS)
    with waypoints.commit("looks_claimed"):
        rows = list(
            ready.select_for_update(skip_locked=True, of=("self",))
            .select_related("job")
            .defer("job__prompt", *long_columns("job__"))
            .annotate(called_back=Exists(CALLBACKS))
            .order_by("next_check_at")[:BATCH]
        )
        if rows:
            Attempt.objects.filter(pk__in=[row.pk for row in rows]).update(next_check_at=until)
    for row in rows:
        counted.LOOK_LATE.observe((moment - row.next_check_at).total_seconds())
        row.next_check_at = until
    return [*rows], {row.pk for row in rows if row.called_back}


def _look_failed(attempt: Attempt, failure: ProviderError) -> None:
    """An error of the look proves nothing about the task: look again later, unless a callback
    has come since the claim."""
    checks = attempt.checks + 1
    Attempt.objects.filter(
        pk=attempt.pk, state=AttemptState.ACCEPTED, next_check_at=attempt.next_check_at
    ).update(checks=checks, next_check_at=clock.after(backoff(min(checks, 6), failure.retry_after)))
    waypoints.passed("look_put_off")
    said = (attempt.client_ref, failure.reason)
    log.info("poll_failed attempt=%s reason=%s", *said, extra={"job": attempt.job.uid})
    _mind_deadline(attempt)


def _has_ended(attempt: Attempt, progress: Progress) -> bool:
    if progress.unknown_word:
        said = (attempt.provider, progress.unknown_word)
        log.warning("unknown_status provider=%s word=%s", *said, extra={"job": attempt.job.uid})
    # Anywhere else a task that is not found is a fault of the vendor's, and the task goes on.
    deleted = attempt.cancel_sent_at is not None and _deletes(attempt)
    return progress.state in ENDED or (progress.state == TaskState.GONE and deleted)


def _deletes(attempt: Attempt) -> bool:
    """Whether a task that has been cancelled at this offer is not found from then on."""
    return bool(attempt.leg.get("cancel") == "immediate")


def _keep(running: Sequence[tuple[Attempt, Progress]]) -> None:
    if not running:
        return
    seen = [
        Look(
            attempt=attempt,
            seen=progress,
            next_look=clock.after(durations.next_look(attempt, percent=progress.percent)),
        )
        for attempt, progress in running
    ]
    kept_looks.keep(seen)
    kept_looks.keep_progress(seen)


def _look_after(attempt: Attempt, progress: Progress, many: ManyTransport) -> None:
    """What a task that still runs may need: an end to its waiting, or our wish to cancel."""
    attempt.vendor_state = progress.state
    wanted = attempt.job.cancel_requested_at is not None and not attempt.parked
    if progress.state == TaskState.GONE and (attempt.parked or _overdue(attempt) >= 0):
        _forgotten(attempt)
    elif wanted and _is_to_be_asked(attempt):
        _ask_to_cancel(attempt, many)
    else:
        _mind_deadline(attempt, many)


def _overdue(attempt: Attempt) -> float:
    """Seconds since the offer's deadline; negative before it."""
    return durations.seconds_run(attempt) - float(attempt.leg["deadline_seconds"])


def _forgotten(attempt: Attempt) -> None:
    """The vendor no longer knows a task that never ended: nothing more can be learned there.

    Whether it was charged only the vendor's statement tells, so its price is booked for now.
    """
    failure = TookTooLong("the provider no longer knows this clip", billed=None)
    finishing.finish(attempt, Progress(state=TaskState.FAILED, failure=failure))


def _is_to_be_asked(attempt: Attempt) -> bool:
    """A vendor is asked to cancel a task once; one that would have deleted it, as long as it runs:
    who asked before may have died on the way."""
    return attempt.cancel_sent_at is None or _deletes(attempt)


def _ask_to_cancel(attempt: Attempt, many: ManyTransport) -> CancelOutcome | None:
    """Pass the wish to cancel on; what it costs is told by the looks that follow.

    A vendor that is too late for it is asked again, should the next look say that the task runs.
    """
    if _deletes(attempt):
        # Before it is sent: from here on it may be our doing that the task is not found.
        Attempt.objects.filter(pk=attempt.pk).update(cancel_sent_at=clock.now())
        waypoints.passed("cancel_meant")
    with waypoints.after("cancel_sent"):
        question = asked(attempt, "cancel", adapter_of(attempt).cancel(task_of(attempt)))
        [answer] = many.ask_all([question])
    if isinstance(answer, ProviderError):
        said = (attempt.client_ref, answer.reason)
        log.info("cancel_failed attempt=%s reason=%s", *said, extra={"job": attempt.job.uid})
        return None
    if answer is CancelOutcome.TOO_LATE:
        _was_too_late(attempt)
        return answer
    moment, state = clock.now(), BEGUN.get(answer, attempt.vendor_state)
    with waypoints.commit("cancel_kept"):
        Attempt.objects.filter(pk=attempt.pk).update(
            cancel_sent_at=moment, next_check_at=clock.after(0.3), vendor_state=state
        )
        note(attempt.job, "cancel.sent", answer, attempt=attempt)
    attempt.cancel_sent_at = moment
    return answer


def _was_too_late(attempt: Attempt) -> None:
    """The next look tells how it ended. It is told once, however often the vendor is asked."""
    attempt.cancel_sent_at = None
    with waypoints.commit("cancel_late"):
        Attempt.objects.filter(pk=attempt.pk).update(cancel_sent_at=None)
        if not attempt.events.filter(kind="cancel.sent").exists():
            note(attempt.job, "cancel.sent", CancelOutcome.TOO_LATE, attempt=attempt)


def _mind_deadline(attempt: Attempt, many: ManyTransport | None = None) -> None:
    """Give up waiting at the offer's deadline: cancel where that works, then the next leg.

    A vendor that cannot cancel may still finish and charge: the attempt is parked with its
    hold and looked at until it ends, while the job goes on with its next leg.
    """
    overdue = _overdue(attempt)
    if overdue < 0 or attempt.parked or attempt.job.cancel_requested_at is not None:
        return
    if many is not None and _is_to_be_asked(attempt):
        outcome = _ask_to_cancel(attempt, many)
        if outcome in (*BEGUN, CancelOutcome.REQUESTED):
            return  # the next look tells how it ended
        if outcome is CancelOutcome.TOO_LATE and overdue < LATE_SECONDS:
            return
    if attempt.cancel_sent_at is not None and overdue < LATE_SECONDS:
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
