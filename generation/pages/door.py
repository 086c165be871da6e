"""The door of the pages, and the one row that most of them show."""

from django.http import Http404

from accounts.access import Access
from accounts.door import is_partial, page, zone_of
from generation.models import Job

PATIENCE_STATUS = 286  # htmx stops asking after this


def job_or_404(access: Access, uid: str) -> Job:
    """The job as this caller may see it; another workspace's does not exist."""
    rows = Job.objects.within(access).select_related(
        "workspace",
        "picture__cropped_from",
        "last_picture",
        "batch",
        "cost_centre__parent__parent",
        "made_from",
        "created_by",
        "api_key",
    )
    job = rows.filter(uid=uid).first()
    if job is None:
        raise Http404("There is no such job in this workspace and mode.")
    return job


__all__ = ["PATIENCE_STATUS", "is_partial", "job_or_404", "page", "zone_of"]
