"""The closed sets of states, with the groups that code asks about beside them."""

from django.db import models


class JobState(models.TextChoices):
    QUEUED = "queued", "Queued"
    PROCESSING = "processing", "Processing"
    COMPLETED = "completed", "Completed"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


JOB_OPEN = (JobState.QUEUED, JobState.PROCESSING)
JOB_ENDED = (JobState.COMPLETED, JobState.FAILED, JobState.CANCELLED)


class AttemptState(models.TextChoices):
    PLANNED = "planned", "Planned"
    SUBMITTING = "submitting", "Being sent"
    UNKNOWN = "unknown", "Outcome unknown"
    ACCEPTED = "accepted", "Accepted"
    REJECTED = "rejected", "Refused"
    NOT_ACCEPTED = "not_accepted", "Never arrived"
    SUCCEEDED = "succeeded", "Succeeded"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"
    LOST_BILLED = "lost_billed", "Billed, never seen"


ATTEMPT_LIVE = (
    AttemptState.PLANNED,
    AttemptState.SUBMITTING,
    AttemptState.UNKNOWN,
    AttemptState.ACCEPTED,
)
ATTEMPT_UNSENT = (AttemptState.PLANNED, AttemptState.CANCELLED)
ATTEMPT_IN_DOUBT = (AttemptState.SUBMITTING, AttemptState.UNKNOWN)
# Each of these takes a slot at its account: a task of it may be running there.
ATTEMPT_UNDER_WAY = (AttemptState.SUBMITTING, AttemptState.UNKNOWN, AttemptState.ACCEPTED)


class LineKind(models.TextChoices):
    HOLD = "hold", "Hold"
    RELEASE = "release", "Release"
    SETTLE = "settle", "Settle"
    CHARGE = "charge", "Charge"
    ADJUST = "adjust", "Adjust"


class AssetKind(models.TextChoices):
    CLIP = "clip", "Clip"
    PICTURE = "picture", "Picture"
    FILM = "film", "Film"


class AssetState(models.TextChoices):
    PENDING = "pending", "Being fetched"
    STORED = "stored", "Stored"
    UNAVAILABLE = "unavailable", "Unavailable"


class Attention(models.TextChoices):
    """Why a person should look at a job."""

    NONE = "", ""
    AMBIGUOUS = "ambiguous", "Outcome unknown"
    OVERAGE = "overage", "Cost more than was held"
    LATE_TASK = "late_task", "A late task turned up"
    OVERDUE = "overdue", "Takes far too long"
    PAID_NOT_DELIVERED = "paid_not_delivered", "Paid, not delivered"
