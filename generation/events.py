"""The history of a job: written with the change itself, never put together from logs."""

from typing import Any

from generation.many_rows import insert_unread
from generation.models import Attempt, Event, Job
from generation.one_trip import OneTrip


def note(
    job: Job, kind: str, text: str = "", *, attempt: Attempt | None = None, **data: Any
) -> None:
    """Add one event; call it inside the transaction that makes the change."""
    trip = OneTrip()
    note_on(trip, job, kind, text, attempt=attempt, **data)
    trip.send()


def note_on(
    trip: OneTrip,
    job: Job,
    kind: str,
    text: str = "",
    *,
    attempt: Attempt | None = None,
    **data: Any,
) -> None:
    """The same together with what else is sent on `trip`."""
    insert_unread(Event, [noted(job, kind, text, attempt=attempt, **data)], trip)


def noted(
    job: Job, kind: str, text: str = "", *, attempt: Attempt | None = None, **data: Any
) -> dict[str, Any]:
    """An event's columns."""
    return {
        "workspace_id": job.workspace_id,
        "mode": job.mode,
        "job_id": job.pk,
        "attempt_id": attempt.pk if attempt is not None else None,
        "kind": kind,
        "text": text,
        "data": data,
    }
