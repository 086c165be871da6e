"""A job as the API tells it: just queued, where it stands, and in a list."""

from typing import Any, Literal, TypedDict, cast

from django.db.models import Prefetch, QuerySet, prefetch_related_objects

from accounts.access import Access
from generation import media
from generation.api.answers.plain import moment, money
from generation.choices import ATTEMPT_LIVE, AssetState, JobState
from generation.models import Asset, Attempt, Job
from generation.money.pricing import as_json_number

STATUS_PATH = "/api/ai-video/status/"
# The columns that `status` reads. Prompts and what was left out of a route are long.
STANDING = (
    "uid",
    "state",
    "progress",
    "error",
    "route",
    "cost_micros",
    "estimated_micros",
    "generation_mode",
    "tier",
    "seconds",
    "ratio",
    "created_at",
    "started_at",
    "ended_at",
    "cancel_requested_at",
    "attention",
    "metadata",
    "batch__uid",
)
ATTEMPT_STANDING = (
    "job_id",
    "seq",
    "state",
    "parked",
    "provider",
    "reason",
    "cost_micros",
    "leg",
)
JobStatus = Literal["queued", "processing", "completed", "failed", "cancelled"]


class LegAnswer(TypedDict):
    """One offer of a route: the seconds billed may be more than those asked for."""

    provider: str
    model: str
    price: float
    billed_seconds: int
    needs_trim: bool
    needs_reframe: bool


class Queued(TypedDict):
    """A job that was admitted. `max_cost` is its dearest leg, `cap` what no leg may exceed."""

    status: Literal["queued"]
    job_id: str
    mode: str
    estimated_cost: float
    quality: str
    message: str
    status_url: str
    provider: str
    duration: int
    billed_seconds: int
    aspect_ratio: str
    max_cost: float
    cap: float
    route: list[LegAnswer]


class AttemptAnswer(TypedDict):
    """One try at one offer. `cost` is null until it is known."""

    provider: str
    state: str
    reason: str | None
    cost: float | None


class Status(TypedDict):
    """Where a job stands. `cost` is null until the job has ended and nothing is held for it;
    the addresses are null until it is completed, and hold for some minutes."""

    job_id: str
    status: JobStatus
    provider: str | None
    video_url: str | None
    thumbnail_url: str | None
    cost: float | None
    progress: int
    error: str | None
    attempts: list[AttemptAnswer]
    estimated_cost: float
    billed_seconds: int
    mode: str
    quality: str
    duration: int
    aspect_ratio: str
    created_at: str | None
    started_at: str | None
    ended_at: str | None
    cancelling: bool
    attention: str | None
    batch_id: str | None
    metadata: dict[str, str]


class ListedJob(Status):
    """A job in a list, with what was asked for."""

    prompt: str


def with_story(jobs: QuerySet[Job]) -> QuerySet[Job]:
    """Jobs with everything that `status` reads, in two queries more however many they are."""
    story: list[Any] = [
        Prefetch("attempts", queryset=Attempt.objects.order_by("seq")),
        Prefetch("assets", queryset=_stored_assets()),
    ]
    return jobs.select_related("batch").prefetch_related(*story)


def with_standing(jobs: QuerySet[Job]) -> Job:
    """The one job of these with what `status` reads and no more, for a question that is asked
    again and again: assets are read only where one can have completed it. Raises DoesNotExist."""
    job = jobs.select_related("batch").only(*STANDING).get()
    story: list[Any] = [Prefetch("attempts", queryset=_attempts_standing())]
    if job.state == JobState.COMPLETED:
        story.append(Prefetch("assets", queryset=_stored_assets()))
    prefetch_related_objects([job], *story)
    return job


def _stored_assets() -> QuerySet[Asset]:
    return Asset.objects.filter(state=AssetState.STORED).order_by("pk")


def _attempts_standing() -> QuerySet[Attempt]:
    return Attempt.objects.only(*ATTEMPT_STANDING).order_by("seq")


def queued(job: Job) -> Queued:
    first = job.route[0]
    return {
        "status": "queued",
        "job_id": job.uid,
        "mode": job.generation_mode,
        "estimated_cost": as_json_number(job.estimated_micros),
        "quality": job.tier,
        "message": "AI video generation queued",
        "status_url": f"{STATUS_PATH}{job.uid}",
        "provider": first["provider"],
        "duration": job.seconds,
        "billed_seconds": first["billed_seconds"],
        "aspect_ratio": job.ratio,
        "max_cost": as_json_number(max(leg["price_micros"] for leg in job.route)),
        "cap": as_json_number(job.cap_micros),
        "route": [leg_answer(leg) for leg in job.route],
    }


def leg_answer(leg: dict[str, Any]) -> LegAnswer:
    return {
        "provider": leg["provider"],
        "model": leg["model"],
        "price": as_json_number(leg["price_micros"]),
        "billed_seconds": leg["billed_seconds"],
        "needs_trim": leg["needs_trim"],
        "needs_reframe": leg["needs_reframe"],
    }


def status(job: Job, *, access: Access) -> Status:
    """The job, from `with_story`, as `access` may see it."""
    attempts = list(job.attempts.all())
    clip = clip_of(job)
    shown = clip if access.may("media:read") else None
    leg = telling_leg(job)
    return {
        "job_id": job.uid,
        "status": cast(JobStatus, job.state),
        "provider": leg["provider"],
        "video_url": (media.signed_url(shown) or None) if shown else None,
        "thumbnail_url": (media.signed_url(shown, thumbnail=True) or None) if shown else None,
        "cost": cost_of(job, attempts),
        "progress": job.progress,
        "error": job.error or None,
        "attempts": [attempt_answer(attempt) for attempt in attempts],
        "estimated_cost": as_json_number(job.estimated_micros),
        "billed_seconds": leg["billed_seconds"],
        "mode": job.generation_mode,
        "quality": job.tier,
        "duration": job.seconds,
        "aspect_ratio": job.ratio,
        "created_at": moment(job.created_at),
        "started_at": moment(job.started_at),
        "ended_at": moment(job.ended_at),
        "cancelling": job.is_cancelling,
        "attention": job.attention or None,
        "batch_id": job.batch.uid if job.batch else None,
        "metadata": job.metadata,
    }


def listed(job: Job, *, access: Access) -> ListedJob:
    return {**status(job, access=access), "prompt": job.prompt}


def attempt_answer(attempt: Attempt) -> AttemptAnswer:
    return {
        "provider": attempt.provider,
        "state": attempt.state,
        "reason": attempt.reason or None,
        "cost": attempt_cost(attempt),
    }


def attempt_cost(attempt: Attempt) -> float | None:
    """What was charged for one attempt; null while its hold is open."""
    if attempt.state in ATTEMPT_LIVE and attempt.cost_micros is None:
        return None
    return as_json_number(attempt.cost_micros or 0)


def cost_of(job: Job, attempts: list[Attempt]) -> float | None:
    """The sum charged, once the job has ended and none of its attempts can cost more."""
    if not job.is_ended or any(attempt.state in ATTEMPT_LIVE for attempt in attempts):
        return None
    return money(job.cost_micros)


def clip_of(job: Job) -> Asset | None:
    """The stored clip that completed the job; an unclaimed one completes none."""
    if job.state != JobState.COMPLETED:
        return None
    return next((asset for asset in job.assets.all() if not asset.unclaimed), None)


def telling_leg(job: Job) -> dict[str, Any]:
    """The leg that tells most about the job: of the attempt that delivered, runs or ran last."""
    telling = _telling(list(job.attempts.all()), clip_of(job))
    leg: dict[str, Any] = telling.leg if telling else job.route[0]
    return leg


def _telling(attempts: list[Attempt], clip: Asset | None) -> Attempt | None:
    """The attempt that has delivered, else the live one, else the last."""
    made = [attempt for attempt in attempts if clip and attempt.pk == clip.attempt_id]
    live = [one for one in attempts if one.state in ATTEMPT_LIVE and not one.parked]
    return next(iter([*made, *live, *reversed(attempts)]), None)
