"""What has happened, as rows for everybody who wants to know.

Each function is called inside the transaction of what it tells, so that the news stands or falls
with the deed. One event has one id and one body, whoever receives it.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from generation import clock, queue, waypoints
from generation.choices import JOB_OPEN, JobState
from generation.models import Batch, Job, Notice, PeriodClose, WebhookEndpoint
from generation.models.notice import notice_uid
from generation.notices import people
from generation.notices.kinds import PING
from providers.micros import as_json_number

BATCHES_AT_ONCE = 100


def job_ended(job: Job) -> None:
    """A job is completed, failed or cancelled; also told to the address that came with it."""
    kind, at = f"job.{job.state}", job.ended_at or clock.now()
    _tell(job, kind=kind, at=at, data=partial(job_data, job), job=job, url=job.webhook_url)
    people.job_ended(job)


def job_in_doubt(job_id: int) -> None:
    """Nobody knows whether a provider took the request; a person is asked."""
    job = Job.objects.select_related("batch").get(pk=job_id)
    data = {**job_data(job), "attention": job.attention}
    _tell(job, kind="job.attention", at=clock.now(), data=lambda: data, job=job)
    people.job_in_doubt(job)


def month_closed(row: PeriodClose) -> None:
    data = {
        "month": f"{row.month:%Y-%m}",
        "currency": "USD",
        "spent": as_json_number(row.spent_micros),
        "report_sha256": row.report_sha256,
    }
    _tell(row, kind="month.closed", at=clock.now(), data=lambda: data)


def budget_crossed(of: Any, *, at: datetime, data: Mapping[str, object]) -> None:
    """`of` is a row of the budget's workspace and mode, `data` what the alert says."""
    _tell(of, kind="budget.threshold", at=at, data=lambda: data)
    people.budget_crossed(of, data=data)


def note_ended_batches() -> int:
    """Mark the batches whose last clip has ended, and tell it. Returns how many.

    A look afterwards, and not the last ending itself: two clips that end at once would each
    take the other for the last one, and a lock on the batch would make all its clips wait.
    """
    ended = list(_ended_batches().order_by("pk")[:BATCHES_AT_ONCE])
    for batch in ended:
        with waypoints.commit("batch_ended"):
            _complete(batch)
    return len(ended)


def any_batch_ended() -> bool:
    return _ended_batches().exists()


def ping(endpoint: WebhookEndpoint) -> Notice:
    """A message to this endpoint alone, sent once."""
    at = clock.now()
    body = body_of(PING, at=at, data={"webhook_endpoint_id": endpoint.uid})
    notice = _row(endpoint, kind=PING, body=body, url=endpoint.url, endpoint=endpoint, at=at)
    notice.save(force_insert=True)
    waypoints.passed("pinged")
    queue.ring_notices()
    return notice


def job_data(job: Job) -> dict[str, Any]:
    """Which job, and how it stands; the rest is for the receiver to ask."""
    return {
        "job_id": job.uid,
        "status": job.state,
        "batch_id": job.batch.uid if job.batch else None,
        "metadata": job.metadata,
    }


def body_of(kind: str, *, at: datetime, data: Mapping[str, object]) -> str:
    """The thin body, as it is signed and sent."""
    said = {"type": kind, "timestamp": at.isoformat().replace("+00:00", "Z"), "data": data}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def host_of(url: str) -> str:
    return (urlsplit(url).hostname or "")[:260]


@waypoints.inside
def _tell(
    of: Any,
    *,
    kind: str,
    at: datetime,
    data: Callable[[], Mapping[str, object]],
    job: Job | None = None,
    url: str = "",
) -> None:
    """One row for each receiver: the endpoints that want it, and `url`. As a rule there is none,
    and nobody asks for `data`."""
    mine = WebhookEndpoint.objects.filter(
        workspace_id=of.workspace_id, mode=of.mode, enabled=True, removed_at__isnull=True
    )
    wanted = [one for one in mine.order_by("pk") if one.wants(kind)]
    if not wanted and not url:
        return
    body, event_uid, now = body_of(kind, at=at, data=data()), notice_uid(), clock.now()
    told: dict[str, Any] = {"kind": kind, "body": body, "event_uid": event_uid, "job": job}
    rows = [_row(of, url=one.url, endpoint=one, at=now, **told) for one in wanted]
    if url:
        rows.append(_row(of, url=url, at=now, **told))
    Notice.objects.bulk_create(rows)
    queue.ring_notices()


def _row(of: Any, *, url: str, at: datetime, **more: Any) -> Notice:
    return Notice(
        workspace_id=of.workspace_id,
        mode=of.mode,
        url=url,
        host=host_of(url),
        next_try_at=at,
        **more,
    )


def _ended_batches() -> QuerySet[Batch]:
    still = Job.objects.filter(batch=OuterRef("pk"), state__in=JOB_OPEN)
    return Batch.objects.filter(~Exists(still), completed_at__isnull=True)


@waypoints.inside
def _complete(batch: Batch) -> None:
    ended = JobState.COMPLETED, JobState.FAILED, JobState.CANCELLED
    counts = {state.value: Count("pk", filter=Q(state=state)) for state in ended}
    found = Job.objects.filter(batch=batch).aggregate(last=Max("ended_at"), **counts)
    at = found.pop("last") or clock.now()
    won = Batch.objects.filter(pk=batch.pk, completed_at__isnull=True).update(completed_at=at)
    if won:
        data = {"batch_id": batch.uid, "total": batch.total, **found}
        _tell(batch, kind="batch.completed", at=at, data=lambda: data)
        people.batch_completed(batch, counts=found)
