"""accepted → succeeded, failed or cancelled: settled in the same transaction.

Most tasks succeed, and many do so between two looks, so those are written together: one
transaction needs about as many statements for a hundred ends as for one.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, connection

from generation import clock, endings, queue, waypoints
from generation.busy import unless_deadlocked
from generation.choices import AssetKind, AttemptState, Attention, LineKind
from generation.events import note, noted
from generation.fallback import carry_on
from generation.many_rows import insert_plain, insert_unread
from generation.models import Asset, Attempt, Event, Job
from generation.models.job import long_columns
from generation.money import ledger
from generation.one_trip import OneTrip
from generation.wording import said
from providers.errors import ProviderError, TookTooLong
from providers.types import Progress, TaskState

log = logging.getLogger(__name__)

FETCH_SECONDS = 24 * 3600.0
# So many rows are locked at once at most: who buys from the same budget waits for them.
MOST_TOGETHER = 100
# Which of them were still accepted, and what is known of these now.
_SUCCEED = """
UPDATE generation_attempt
SET state = 'succeeded', ended_at = %s, percent = 100,
    failure_class = '', failure_code = '', reason = ''
WHERE id IN (
    SELECT id FROM generation_attempt
    WHERE id IN ({marks}) AND state = 'accepted' ORDER BY id{lock}
)
RETURNING id, parked, task_id
"""
UNHAPPY = {
    TaskState.FAILED: AttemptState.FAILED,
    TaskState.CANCELLED: AttemptState.CANCELLED,
    TaskState.GONE: AttemptState.CANCELLED,
}


@dataclass(frozen=True, kw_only=True)
class End:
    """How the task of an accepted attempt has ended, as its vendor tells."""

    attempt: Attempt
    progress: Progress

    @property
    def failure(self) -> ProviderError | None:
        failure = self.progress.failure
        return failure if isinstance(failure, ProviderError) else None

    @property
    def succeeded(self) -> bool:
        return self.progress.state == TaskState.SUCCEEDED

    @property
    def cost(self) -> tuple[int, bool]:
        """Micros to book, and whether they are provisional."""
        return _cost_of(self.attempt, self.progress, self.failure)

    @property
    def move(self) -> ledger.Move:
        micros, provisional = self.cost
        return ledger.Move(
            kind=LineKind.SETTLE,
            spent=micros,
            task_id=self.attempt.task_id,
            vendor=self.progress.cost,
            provisional=provisional,
        )


def finish(attempt: Attempt, progress: Progress) -> bool:
    """Write how one task ended. False where somebody else was faster."""
    end = End(attempt=attempt, progress=progress)
    return bool(_succeed([end])) if end.succeeded else _end_unhappily(end)


def finish_all(ended: Sequence[tuple[Attempt, Progress]]) -> None:
    """Write how these tasks ended, those that succeeded together."""
    ends = [End(attempt=attempt, progress=progress) for attempt, progress in ended]
    good = sorted((end for end in ends if end.succeeded), key=lambda end: end.attempt.pk)
    for first in range(0, len(good), MOST_TOGETHER):
        _succeed_together(good[first : first + MOST_TOGETHER])
    for end in ends:
        if not end.succeeded:
            _end_unhappily(end)


def _succeed_together(ends: Sequence[End]) -> None:
    try:
        _succeed(ends)
    except IntegrityError:
        if len(ends) == 1:
            # It stays accepted, and the next look tries again.
            log.exception("end_not_written attempt=%s", ends[0].attempt.client_ref)
            return
        # One of them cannot be booked as it is: the others can.
        log.warning("ends_not_written_together count=%s", len(ends), exc_info=True)
        for end in ends:
            _succeed_together([end])


@unless_deadlocked
def _succeed(ends: Sequence[End]) -> int:
    """In one transaction, by rising id. Returns how many nobody else has ended before."""
    with waypoints.commit("finished"):
        won = list(_won(ends))
        if not won:
            return 0
        jobs = _jobs_of(won)
        trip = OneTrip()
        entries = [(end.attempt, jobs[end.attempt.job_id], end.move) for end in won]
        ledger.resolve_all(entries, trip)
        _flag_overage(won)
        insert_unread(Event, [_noted(end, jobs[end.attempt.job_id]) for end in won], trip)
        trip.send()
        _expect_clips(won, jobs)
        for end in won:
            job = jobs[end.attempt.job_id]
            if job.cancel_requested_at is not None and not end.attempt.parked:
                endings.cancel(job)
    return len(won)


@waypoints.inside
def _won(ends: Sequence[End]) -> Iterator[End]:
    """Those whose attempts are ours to end. The rows are locked by rising id, and stay so, that
    nobody parks them meanwhile."""
    marks = ", ".join(["%s"] * len(ends))
    lock = " FOR UPDATE" if connection.features.has_select_for_update else ""
    moment = connection.ops.adapt_datetimefield_value(clock.now())
    with connection.cursor() as cursor:
        cursor.execute(
            _SUCCEED.format(marks=marks, lock=lock), [moment, *(end.attempt.pk for end in ends)]
        )
        ours = {pk: now for pk, *now in cursor.fetchall()}
    for end in ends:
        if end.attempt.pk in ours:
            parked, task_id = ours[end.attempt.pk]
            end.attempt.parked, end.attempt.task_id = bool(parked), task_id
            yield end


def _jobs_of(ends: Sequence[End]) -> dict[int, Job]:
    """As they are now, not as they were when the looks began."""
    jobs = Job.objects.filter(pk__in={end.attempt.job_id for end in ends})
    return {job.pk: job for job in jobs.defer("prompt", *long_columns())}


@waypoints.inside
def _flag_overage(ends: Sequence[End]) -> None:
    over = [end.attempt.job_id for end in ends if end.cost[0] > end.attempt.max_micros]
    if over:
        Job.objects.filter(pk__in=over).update(attention=Attention.OVERAGE)


def _noted(end: End, job: Job) -> dict[str, Any]:
    return noted(job, "attempt.succeeded", attempt=end.attempt, cost_micros=end.cost[0])


@waypoints.inside
def _expect_clips(ends: Sequence[End], jobs: Mapping[int, Job]) -> None:
    moment, deadline = clock.now(), clock.after(FETCH_SECONDS)
    rows = []
    for end in ends:
        job = jobs[end.attempt.job_id]
        unclaimed = end.attempt.parked or job.cancel_requested_at is not None or job.is_ended
        rows.append(
            {
                "workspace_id": job.workspace_id,
                "mode": job.mode,
                "kind": AssetKind.CLIP,
                "job_id": job.pk,
                "attempt_id": end.attempt.pk,
                "unclaimed": unclaimed,
                "created_by_id": job.created_by_id,
                "output_url": end.progress.output_url,
                "next_check_at": moment,
                "fetch_deadline": deadline,
            }
        )
    for pk in insert_plain(Asset, rows):
        queue.ring_fetch(pk)


@unless_deadlocked
def _end_unhappily(end: End) -> bool:
    """One by one: each plans what follows."""
    attempt, failure = end.attempt, end.failure
    state, (micros, provisional) = UNHAPPY[end.progress.state], end.cost
    with waypoints.commit("went_wrong"):
        text = said(attempt.provider, failure, begun=True) if failure else ""
        won = Attempt.objects.filter(pk=attempt.pk, state=AttemptState.ACCEPTED).update(
            state=state,
            ended_at=clock.now(),
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
            vendor=end.progress.cost,
            provisional=provisional,
            reason=text,
        )
        _flag_overage([end])
        note(job, f"attempt.{state}", text, attempt=attempt, cost_micros=micros)
        if not attempt.parked:
            carry_on(job, attempt, failure or TookTooLong("its deadline passed"))
    return True


def _cost_of(
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
