"""A batch as the API tells it: just started, and where it stands."""

from typing import Literal, TypedDict

from accounts.access import Access
from generation.api.answers.jobs import ListedJob, cost_of, listed
from generation.api.answers.plain import moment
from generation.batch_csv import Fault
from generation.batch_import import CheckedSheet
from generation.batch_progress import Progress
from generation.batches import Admitted
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


class BatchSummary(TypedDict):
    """Where a batch stands. `total_cost` is null until nothing can be charged any more;
    `cost_so_far` is what has been charged already. `eta_seconds` is null where nothing honest
    can be said; `eta_basis` tells why, or how it was worked out."""

    batch_id: str
    name: str
    status: Literal["processing", "completed"]
    total_videos: int
    counts: dict[str, int]
    progress: int
    total_estimated_cost: float
    cost_so_far: float
    eta_seconds: int | None
    eta_basis: str
    created_at: str | None
    made_from: str | None
    quote_id: str | None


class BatchDetail(BatchSummary):
    """A batch with its jobs, in the order of the prompts."""

    total_cost: float | None
    jobs: list[ListedJob]


class SkippedCell(TypedDict):
    """What was wrong with a row that was left out. Rows are counted as a spreadsheet does."""

    row: int
    column: str
    code: str
    detail: str


class SheetChecked(TypedDict):
    """A sheet that was only checked: nothing was held or made."""

    status: Literal["checked"]
    total_rows: int
    bad_rows: int
    faults: list[SkippedCell]
    total_estimated_cost: float
    max_cost: float


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


class ImportStarted(BatchStarted):
    """A batch from a sheet, with the rows that were left out because that was allowed."""

    skipped_rows: int
    faults: list[SkippedCell]


def batch_summary(batch: Batch, progress: Progress) -> BatchSummary:
    """A batch with its quote and origin at hand."""
    return {
        "batch_id": batch.uid,
        "name": batch.name,
        "status": "processing" if progress.open else "completed",
        "total_videos": batch.total,
        "counts": progress.counts,
        "progress": progress.percent,
        "total_estimated_cost": as_json_number(batch.estimated_micros),
        "cost_so_far": as_json_number(progress.cost_micros),
        "eta_seconds": progress.eta_seconds,
        "eta_basis": progress.eta_basis,
        "created_at": moment(batch.created_at),
        "made_from": batch.made_from.uid if batch.made_from else None,
        "quote_id": batch.quote.uid if batch.quote else None,
    }


def batch_detail(
    batch: Batch, jobs: list[Job], progress: Progress, *, access: Access
) -> BatchDetail:
    """The batch with its jobs from `with_story`, in order."""
    costs = [cost_of(job, list(job.attempts.all())) for job in jobs]
    return {
        **batch_summary(batch, progress),
        "total_cost": None if None in costs else as_json_number(progress.cost_micros),
        "jobs": [listed(job, access=access) for job in jobs],
    }


def import_started(admitted: Admitted, sheet: CheckedSheet) -> ImportStarted:
    return {
        **batch_started(admitted),
        "skipped_rows": sheet.bad_rows,
        "faults": [cell(fault) for fault in sheet.faults],
    }


def sheet_checked(sheet: CheckedSheet) -> SheetChecked:
    return {
        "status": "checked",
        "total_rows": sheet.total,
        "bad_rows": sheet.bad_rows,
        "faults": [cell(fault) for fault in sheet.faults],
        "total_estimated_cost": as_json_number(sheet.likely_micros),
        "max_cost": as_json_number(sheet.worst_micros),
    }


def cell(fault: Fault) -> SkippedCell:
    return {
        "row": fault.row,
        "column": fault.column,
        "code": fault.code,
        "detail": fault.detail,
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
