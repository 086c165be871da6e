"""Shots with takes by hand: made like any, finished without a vendor, with a clip on the shelf."""

import hashlib

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts.access import Access
from campaigns.models import Campaign, Shot, Take
from campaigns.takes import TakeWish, make
from generation import clock
from generation.models import Asset, Attempt, Job


def shot_of(campaign: Campaign, *, position: int = 1, **more) -> Shot:
    told = {"role": "b_roll", "prompt": "A kettle boils in a quiet kitchen", **more}
    return Shot.objects.create(
        workspace_id=campaign.workspace_id,
        mode=campaign.mode,
        campaign=campaign,
        position=position,
        **told,
    )


def take_of(access: Access, shot: Shot, **wish) -> Take:
    """One more take, queued."""
    [take] = make(access, shot.campaign, [TakeWish(shot=shot, **wish)]).takes
    return take


def finished(take: Take, *, clip: bytes | None = None, cost_micros: int = 100_000) -> Asset:
    """Complete the take's job as a vendor would; `clip` is the file, some bytes without one."""
    moment = clock.now()
    job = Job.objects.get(pk=take.job_id)
    attempt = job.attempts.get()
    Attempt.objects.filter(pk=attempt.pk).update(
        state="succeeded", submit_started_at=moment, accepted_at=moment, ended_at=moment
    )
    Job.objects.filter(pk=job.pk).update(
        state="completed", ended_at=moment, cost_micros=cost_micros
    )
    content = clip or take.uid.encode()
    digest = hashlib.sha256(content).hexdigest()
    return Asset.objects.create(
        workspace_id=job.workspace_id,
        mode=job.mode,
        kind="clip",
        state="stored",
        job=job,
        attempt=attempt,
        storage_key=default_storage.save(f"clips/{digest}.mp4", ContentFile(content)),
        thumbnail_key=default_storage.save(f"clips/{digest}.jpg", ContentFile(b"jpg")),
        media_type="video/mp4",
        bytes=len(content),
        sha256=digest,
        width=1280,
        height=720,
        seconds=5.0,
        stored_at=moment,
    )


def failed(take: Take, *, error: str, cost_micros: int = 0) -> None:
    moment = clock.now()
    Attempt.objects.filter(job_id=take.job_id).update(
        state="failed", submit_started_at=moment, accepted_at=moment, ended_at=moment
    )
    Job.objects.filter(pk=take.job_id).update(
        state="failed",
        error=error,
        error_class="moderation",
        ended_at=moment,
        cost_micros=cost_micros,
    )


def drafted(access: Access, shot: Shot, **wish) -> Take:
    """A take that is completed."""
    take = take_of(access, shot, **wish)
    finished(take)
    return reread(take)


def reread(take: Take) -> Take:
    return Take.objects.select_related("shot__campaign", "job").get(pk=take.pk)
