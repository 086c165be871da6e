"""The state of a job and of an attempt as an icon, a word and a tone."""

from dataclasses import dataclass

from generation.choices import AttemptState, Attention, JobState
from generation.models import Attempt, Job


@dataclass(frozen=True, kw_only=True)
class Label:
    """`tone` is good, bad, info, wait or accent; `pulse` is for what is still moving."""

    word: str
    icon: str
    tone: str
    pulse: bool = False


JOBS = {
    JobState.QUEUED: Label(word="Queued", icon="clock", tone="wait"),
    JobState.PROCESSING: Label(word="Processing", icon="circle-dashed", tone="info", pulse=True),
    JobState.COMPLETED: Label(word="Completed", icon="circle-check", tone="good"),
    JobState.FAILED: Label(word="Failed", icon="circle-x", tone="bad"),
    JobState.CANCELLED: Label(word="Cancelled", icon="ban", tone="wait"),
}
CANCELLING = Label(word="Cancelling", icon="hourglass", tone="wait")
IN_DOUBT = Label(word="Outcome unknown", icon="triangle-alert", tone="accent")
OVERDUE = Label(word="Overdue", icon="triangle-alert", tone="accent")

ATTEMPTS = {
    AttemptState.PLANNED: Label(word="Planned", icon="clock", tone="wait"),
    AttemptState.SUBMITTING: Label(word="Being sent", icon="send", tone="info"),
    AttemptState.UNKNOWN: Label(word="Outcome unknown", icon="triangle-alert", tone="accent"),
    AttemptState.ACCEPTED: Label(word="At work", icon="circle-dashed", tone="info", pulse=True),
    AttemptState.REJECTED: Label(word="Refused", icon="ban", tone="bad"),
    AttemptState.NOT_ACCEPTED: Label(word="Never arrived", icon="circle-x", tone="wait"),
    AttemptState.SUCCEEDED: Label(word="Succeeded", icon="circle-check", tone="good"),
    AttemptState.FAILED: Label(word="Failed", icon="circle-x", tone="bad"),
    AttemptState.CANCELLED: Label(word="Cancelled", icon="ban", tone="wait"),
    AttemptState.LOST_BILLED: Label(word="Billed, never seen", icon="circle-x", tone="bad"),
}


def of_job(job: Job) -> Label:
    """What a person should know first: a doubt before a wish to cancel before the state."""
    if not job.is_ended and job.attention == Attention.AMBIGUOUS:
        return IN_DOUBT
    if job.is_cancelling:
        return CANCELLING
    if not job.is_ended and job.attention == Attention.OVERDUE:
        return OVERDUE
    return JOBS[JobState(job.state)]


def of_attempt(attempt: Attempt) -> Label:
    return ATTEMPTS[AttemptState(attempt.state)]
