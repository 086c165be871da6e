"""The list of jobs, filtered and in pages."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import Access
from generation.api.answers.jobs import ListedJob, listed, with_story
from generation.api.answers.pages import Listed
from generation.api.bodies.queries import JobsQuery, read_query
from generation.api.cursors import next_address, page
from generation.api.door import Door
from generation.api.schema import errors
from generation.models import Attempt, CentreKind, CostCentre, Job
from generation.prompt_search import prompts

MOST_CENTRES = 2000


class JobsPage(Listed):
    """Jobs, newest first."""

    results: list[ListedJob]


class Jobs(Door):
    permissions_needed = {"GET": "jobs:read"}

    @extend_schema(
        operation_id="jobs",
        summary="List jobs",
        parameters=[JobsQuery],
        responses={200: JobsPage, **errors(400)},
    )
    def get(self, request: Request) -> Response:
        """Jobs, newest first. Follow `next` until it is null."""
        given = read_query(JobsQuery, request.query_params)
        jobs = narrowed(self.access, given)
        found = page(with_story(jobs), cursor=given["cursor"], limit=given["limit"])
        query = dict(request.query_params.items())
        body: JobsPage = {
            "results": [listed(job, access=self.access) for job in found.rows],
            "next": next_address(request.path, query=query, cursor=found.cursor),
            "next_cursor": found.cursor or None,
        }
        return Response(body)


def narrowed(access: Access, given: dict[str, Any]) -> QuerySet[Job]:
    """The jobs that every given filter lets through."""
    plain = {
        "state": given["state"],
        "tier": given["tier"],
        "batch__uid": given["batch"],
        "created_at__gt": given["created_after"],
        "created_at__lt": given["created_before"],
    }
    jobs = Job.objects.within(access)
    jobs = jobs.filter(**{name: value for name, value in plain.items() if value})
    if given["provider"]:
        tried = Attempt.objects.filter(job=OuterRef("pk"), provider=given["provider"])
        jobs = jobs.filter(Exists(tried))
    if given["campaign"]:
        jobs = jobs.filter(_of_campaign(access, given["campaign"]))
    if given["q"]:
        jobs = jobs.filter(Q(uid__startswith=given["q"]) | prompts("istartswith", given["q"]))
    return jobs


def _of_campaign(access: Access, name: str) -> Q:
    """The job's own centre is the campaign's or a batch's right below it.

    The centres are named one by one: the database then knows whether their jobs are many, and it
    is best to go down the list until the page is full, or few, and best to fetch them all.
    """
    centres = CostCentre.objects.within(access)
    campaigns = centres.filter(Q(uid=name) | Q(name=name), kind=CentreKind.CAMPAIGN).values("pk")
    mine = centres.filter(Q(pk__in=campaigns) | Q(parent__in=campaigns)).values_list(
        "pk", flat=True
    )
    named = list(mine[: MOST_CENTRES + 1])
    return Q(cost_centre__in=named if len(named) <= MOST_CENTRES else mine)
