"""Notices as rows: written with the ending, claimed for a try, and when the next try is."""

from datetime import timedelta

from django.db.models import QuerySet

from generation import clock, queue
from generation.models import Job, Notice

# A claim outlasts a try, so that a notice whose worker died is taken up again.
CLAIM_SECONDS = 60.0
# The pauses that the Standard Webhooks text suggests: ten tries over 75 hours and 35 minutes.
PAUSES = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
MOST_TRIES = len(PAUSES) + 1


def job_ended(job_id: int) -> None:
    """Note that somebody is to be told; inside the transaction that ended the job."""
    job = Job.objects.exclude(webhook_url="").filter(pk=job_id).first()
    if job is None:
        return
    Notice.objects.create(
        workspace_id=job.workspace_id,
        mode=job.mode,
        job=job,
        kind=f"job.{job.state}",
        url=job.webhook_url,
        next_try_at=clock.now(),
    )
    queue.ring_notices()


def due(limit: int) -> list[int]:
    """Ids of notices to be tried now, the longest due first."""
    waiting = Notice.objects.filter(next_try_at__lte=clock.now()).order_by("next_try_at")
    return list(waiting.values_list("pk", flat=True)[:limit])


def anything_due() -> bool:
    return Notice.objects.filter(next_try_at__lte=clock.now()).exists()


def again(notice: Notice) -> bool:
    """Try it anew from the beginning, as somebody asked. False while a try is still to come."""
    won = Notice.objects.filter(pk=notice.pk, next_try_at__isnull=True).update(
        next_try_at=clock.now(), tries=0, delivered_at=None
    )
    if won:
        queue.ring_notices()
    return bool(won)


def claim(notice_id: int) -> Notice | None:
    """Take a due notice for one try; None when it is not due or somebody else has it."""
    moment = clock.now()
    notice = Notice.objects.filter(pk=notice_id, next_try_at__lte=moment).first()
    if notice is None:
        return None
    won = Notice.objects.filter(pk=notice_id, next_try_at=notice.next_try_at).update(
        next_try_at=moment + timedelta(seconds=CLAIM_SECONDS), tries=notice.tries + 1
    )
    if not won:
        return None
    return Notice.objects.select_related("job__batch").get(pk=notice_id)


def delivered(notice: Notice, *, status: int) -> None:
    """The receiver has taken it."""
    _close(notice, delivered_at=clock.now(), last_status=status, last_error="")


def refused_for_good(notice: Notice, *, status: int) -> None:
    """The receiver wants no more of this."""
    _close(notice, last_status=status, last_error="The receiver answered that it is gone.")


def failed(notice: Notice, reason: str, *, status: int | None = None) -> None:
    """Wait for the next try, or give up after the last one."""
    if notice.tries >= MOST_TRIES:
        _close(notice, last_status=status, last_error=reason)
        return
    _mine(notice).update(
        next_try_at=clock.after(PAUSES[notice.tries - 1]), last_status=status, last_error=reason
    )


def put_off(notice: Notice, *, seconds: float) -> None:
    """Give a claimed notice back untried."""
    _mine(notice).update(next_try_at=clock.after(seconds), tries=notice.tries - 1)


def _close(notice: Notice, **facts: object) -> None:
    _mine(notice).update(next_try_at=None, **facts)


def _mine(notice: Notice) -> QuerySet[Notice]:
    """The row for as long as the claim holds; a late answer changes nothing after that."""
    return Notice.objects.filter(pk=notice.pk, tries=notice.tries, next_try_at=notice.next_try_at)
