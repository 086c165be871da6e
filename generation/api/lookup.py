"""One row by its public id. Another workspace's row, or another mode's, is not there at all."""

from rest_framework.exceptions import NotFound

from accounts.access import Access
from generation.api.answers.jobs import with_standing, with_story
from generation.models import Asset, Batch, Job


def job_by(access: Access, uid: str) -> Job:
    """The bare job, for changing it. Raises NotFound."""
    jobs = Job.objects.within(access).select_related(
        "cost_centre__parent", "picture", "last_picture"
    )
    job = jobs.filter(uid=uid).first()
    if job is None:
        raise NotFound(f"There is no job {uid} in this workspace.")
    return job


def told_job(access: Access, uid: str) -> Job:
    """The job with what its status tells. Raises NotFound."""
    found = with_story(
        Job.objects.within(access).select_related("picture", "last_picture", "made_from")
    )
    job = found.filter(uid=uid).first()
    if job is None:
        raise NotFound(f"There is no job {uid} in this workspace.")
    return job


def batch_by(access: Access, uid: str) -> Batch:
    """The batch. Raises NotFound."""
    mine = Batch.objects.within(access).select_related("made_from", "quote")
    batch = mine.filter(uid=uid).first()
    if batch is None:
        raise NotFound(f"There is no batch {uid} in this workspace.")
    return batch


def standing_job(access: Access, uid: str) -> Job:
    """The job with what its status tells and nothing else. Raises NotFound."""
    try:
        return with_standing(Job.objects.within(access).filter(uid=uid))
    except Job.DoesNotExist:
        raise NotFound(f"There is no job {uid} in this workspace.") from None


def told_jobs_of(access: Access, batch: Batch) -> list[Job]:
    """The batch's jobs with what their status tells, in the order of the prompts."""
    jobs = Job.objects.within(access).filter(batch=batch)
    return list(with_story(jobs).order_by("item_index"))


def asset_by(access: Access, uid: str) -> Asset:
    """The picture or clip. Raises NotFound."""
    asset = Asset.objects.within(access).select_related("job").filter(uid=uid).first()
    if asset is None:
        raise NotFound(f"There is no asset {uid} in this workspace.")
    return asset
