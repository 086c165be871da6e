"""The history of a job: written with the change itself, never put together from logs."""

from typing import Any

from generation.models import Attempt, Event, Job


def note(
    job: Job, kind: str, text: str = "", *, attempt: Attempt | None = None, **data: Any
) -> None:
    """Add one event; call it inside the transaction that makes the change."""
    Event.objects.create(
        workspace_id=job.workspace_id,
        mode=job.mode,
        job=job,
        attempt=attempt,
        kind=kind,
        text=text,
        data=data,
    )
