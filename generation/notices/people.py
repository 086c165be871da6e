"""What members read about their own work: one line each, written with the deed."""

from collections.abc import Mapping
from typing import Any

from accounts import notifications
from accounts.models import NotificationKind, Role
from generation.choices import JobState
from generation.models import Batch, Job

DECIDERS = (Role.OWNER, Role.MANAGER)
LONGEST_PROMPT = 60


def job_ended(job: Job) -> None:
    """Only a failure, and only of a clip on its own: a batch is told of as a whole."""
    if job.state != JobState.FAILED or job.batch_id is not None:
        return
    notifications.write(
        [job.created_by_id],
        workspace_id=job.workspace_id,
        mode=job.mode,
        kind=NotificationKind.JOB_FAILED,
        words=f"“{_short(job.prompt)}” failed. {job.error}".strip(),
        link=f"/jobs/{job.uid}/",
    )


def job_in_doubt(job: Job) -> None:
    notifications.write(
        notifications.people_of(job.workspace_id, roles=DECIDERS),
        workspace_id=job.workspace_id,
        mode=job.mode,
        kind=NotificationKind.OUTCOME_UNKNOWN,
        words=f"Nobody knows whether “{_short(job.prompt)}” was made. Decide what happens next.",
        link=f"/jobs/{job.uid}/",
    )


def batch_completed(batch: Batch, *, counts: Mapping[str, int]) -> None:
    """`counts` says how many jobs ended in each state."""
    made, failed = counts[JobState.COMPLETED], counts[JobState.FAILED]
    words = f"Your batch has finished: {made} of {batch.total} clips are ready"
    notifications.write(
        [batch.created_by_id],
        workspace_id=batch.workspace_id,
        mode=batch.mode,
        kind=NotificationKind.BATCH_FINISHED,
        words=f"{words}, {failed} failed." if failed else f"{words}.",
        link=f"/batches/{batch.uid}/",
    )


def budget_crossed(of: Any, *, data: Mapping[str, object]) -> None:
    """As `outbox.budget_crossed`; the mail is the alert's own."""
    notifications.write(
        notifications.people_of(of.workspace_id, roles=DECIDERS),
        workspace_id=of.workspace_id,
        mode=of.mode,
        kind=NotificationKind.BUDGET,
        words=f"The budget “{data['name']}” is at {data['share']}\u00a0%.",
        link=f"/budgets/{data['budget_id']}/",
        mail=False,
    )


def _short(prompt: str) -> str:
    bare = " ".join(prompt.split())
    return bare if len(bare) <= LONGEST_PROMPT else f"{bare[:LONGEST_PROMPT]}…"
