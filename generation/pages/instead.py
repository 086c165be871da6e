"""Changing a job that still waits: the form's new one is made in its place, or neither changes."""

from django.http import HttpRequest

from accounts.access import Access
from generation import arranging, jobs
from generation.asks import JobAsk
from generation.models import Job
from generation.pages.door import job_or_404


def made(request: HttpRequest, access: Access, ask: JobAsk) -> Job:
    """The job that the form asks for, instead of the one that it names, if it names one."""
    uid = request.POST.get("instead", "")
    if not uid:
        return jobs.create(access, ask)
    return arranging.replace(access, job_or_404(access, uid), lambda: jobs.create(access, ask))
