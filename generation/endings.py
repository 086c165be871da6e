"""How a job ends: once, by an update filtered by the open states."""

from typing import Any

from django.db import transaction

from generation import clock, notices, waypoints
from generation.choices import JOB_OPEN, Attention, JobState
from generation.events import note
from generation.figures import counted
from generation.models import Job
from generation.wording import advice


def complete(job: Job) -> bool:
    """The clip is stored and checked."""
    return _end(job, JobState.COMPLETED, kind="job.completed", progress=100)


def fail(job: Job, *, failure_class: str, reason: str, attention: str = Attention.NONE) -> bool:
    """No leg is left, or the reason forbids going on."""
    job.refresh_from_db(fields=["cost_micros"])
    error = f"{reason} {advice(failure_class, cost_micros=job.cost_micros)}"
    changes: dict[str, Any] = {"error": error, "error_class": failure_class}
    if attention:
        changes["attention"] = attention
    return _end(job, JobState.FAILED, kind="job.failed", text=error, **changes)


def cancel(job: Job) -> bool:
    """Cancelled as asked; whatever a vendor has charged stays in the ledger."""
    return _end(job, JobState.CANCELLED, kind="job.cancelled")


@waypoints.inside
def _end(job: Job, state: JobState, *, kind: str, text: str = "", **changes: Any) -> bool:
    won = Job.objects.filter(pk=job.pk, state__in=JOB_OPEN).update(
        state=state, ended_at=clock.now(), **changes
    )
    if won:
        note(job, kind, text)
        notices.job_ended(job.pk)
        transaction.on_commit(lambda: counted.JOBS_ENDED.labels(job.mode, state.value).inc())
    return bool(won)
