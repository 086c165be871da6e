"""How a job ends: once, by an update filtered by the open states."""

from typing import Any

from django.db import transaction

from generation import clock, notices, waypoints
from generation.choices import JOB_OPEN, Attention, JobState
from generation.events import note_on
from generation.figures import counted
from generation.models import Job
from generation.one_trip import OneTrip
from generation.wording import advice


def complete(job: Job, trip: OneTrip | None = None) -> bool:
    """The clip is stored and checked; told together with what else is on `trip`."""
    return _end(job, JobState.COMPLETED, trip or OneTrip(), progress=100)


def fail(job: Job, *, failure_class: str, reason: str, attention: str = Attention.NONE) -> bool:
    """No leg is left, or the reason forbids going on."""
    job.refresh_from_db(fields=["cost_micros"])
    error = f"{reason} {advice(failure_class, cost_micros=job.cost_micros)}"
    changes: dict[str, Any] = {"error": error, "error_class": failure_class}
    if attention:
        changes["attention"] = attention
    return _end(job, JobState.FAILED, OneTrip(), text=error, **changes)


def cancel(job: Job) -> bool:
    """Cancelled as asked; whatever a vendor has charged stays in the ledger."""
    return _end(job, JobState.CANCELLED, OneTrip())


@waypoints.inside
def _end(job: Job, state: JobState, trip: OneTrip, *, text: str = "", **changes: Any) -> bool:
    changes |= {"state": state, "ended_at": clock.now()}
    if not Job.objects.filter(pk=job.pk, state__in=JOB_OPEN).update(**changes):
        return False
    for name, value in changes.items():
        setattr(job, name, value)
    note_on(trip, job, f"job.{state.value}", text)
    trip.send()
    notices.job_ended(job)
    transaction.on_commit(lambda: counted.JOBS_ENDED.labels(job.mode, state.value).inc())
    return True
