"""What a request to cancel is answered."""

from typing import Any, TypedDict

from generation.jobs import Cancelling
from generation.models import Job


class Cancelled(TypedDict):
    """`success` is false, with status 409, when the job had ended already. A job that a provider
    is working on stays open, with `cancelling`, until the provider says how it ended."""

    success: bool
    job_id: str
    message: str
    status: str
    cancelling: bool


def cancelled(job: Job, outcome: Cancelling) -> Cancelled:
    return {
        "success": True,
        "job_id": job.uid,
        "message": outcome.message,
        "status": job.state,
        "cancelling": not outcome.done,
    }


def ended_already(job: Job, message: str) -> dict[str, Any]:
    """The same keys, and the shape of every error beside them."""
    error = {"code": "already_ended", "detail": message, "attr": None}
    return {
        "success": False,
        "job_id": job.uid,
        "message": message,
        "status": job.state,
        "cancelling": False,
        "type": "client_error",
        "errors": [error],
    }
