"""A batch as the API tells it: just started, and where it stands."""

from typing import Literal, TypedDict

from accounts.access import Access
from generation.api.answers.jobs import ListedJob, cost_of, listed
from generation.api.answers.plain import moment
from generation.batches import Admitted
from generation.choices import JobState
from generation.models import Batch, Job
from generation.money.pricing import as_json_number


class BatchStarted(TypedDict):
    """A batch that was admitted whole; the jobs are in the order of the prompts."""

    status: Literal["success"]
    batch_id: str
    job_ids: list[str]
    total_videos: int
    total_estimated_cost: float
    message: str
    batch_url: str


class BatchDetail(TypedDict):
    """Where a batch stands. `total_cost` is null until nothing can be charged any more;
    `cost_so_far` is what has been charged already."""

    batch_id: str
    status: Literal["processing", "completed"]
    total_videos: int
    counts: dict[str, int]
    progress: int
    total_estimated_cost: float
    cost_so_far: float
    total_cost: float | None
    created_at: str | None
    jobs: list[ListedJob]


class BatchCancelled(TypedDict):
    """How many clips were still running when they were asked to end."""

    success: bool
    batch_id: str
    cancelled: int
    message: str


def batch_started(admitted: Admitted, *, verb: str = "generation") -> BatchStarted:
    batch, jobs = admitted.batch, admitted.jobs
    return {
        "status": "success",
        "batch_id": batch.uid,
        "job_ids": [job.uid for job in jobs],
        "total_videos": len(jobs),
        "total_estimated_cost": as_json_number(batch.estimated_micros),
        "message": f"Batch {verb} started for {videos(len(jobs))}",
        "batch_url": f"/api/ai-video/batches/{batch.uid}",
    }


def batch_detail(batch: Batch, jobs: list[Job], *, access: Access) -> BatchDetail:
    """The batch with its jobs from `with_story`, in order."""
    counts = {state.value: 0 for state in JobState}
    for job in jobs:
        counts[job.state] += 1
    costs = [cost_of(job, list(job.attempts.all())) for job in jobs]
    so_far = as_json_number(sum(job.cost_micros for job in jobs))
    open_jobs = counts[JobState.QUEUED] + counts[JobState.PROCESSING]
    return {
        "batch_id": batch.uid,
        "status": "processing" if open_jobs else "completed",
        "total_videos": batch.total,
        "counts": counts,
        "progress": 100 * (len(jobs) - open_jobs) // max(1, len(jobs)),
        "total_estimated_cost": as_json_number(batch.estimated_micros),
        "cost_so_far": so_far,
        "total_cost": None if None in costs else so_far,
        "created_at": moment(batch.created_at),
        "jobs": [listed(job, access=access) for job in jobs],
    }


def batch_cancelled(batch: Batch, *, asked: int) -> BatchCancelled:
    return {
        "success": asked > 0,
        "batch_id": batch.uid,
        "cancelled": asked,
        "message": (
            f"Cancellation requested for {videos(asked)}"
            if asked
            else "Every clip of this batch has ended already; nothing was changed."
        ),
    }


def videos(count: int) -> str:
    return f"{count} video" if count == 1 else f"{count} videos"
