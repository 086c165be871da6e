"""The jobs' endpoints: generate, status, cancel, and a job's whole record."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from generation import jobs
from generation.api import examples
from generation.api.answers.cancelling import Cancelled, cancelled, ended_already
from generation.api.answers.job_detail import JobDetail, job_detail
from generation.api.answers.jobs import Queued, Status, queued, status
from generation.api.bodies.clip import GenerateBody, clip_ask, ends_of
from generation.api.bodies.queries import Nothing, PromoteBody
from generation.api.bodies.strict import read
from generation.api.door import Door
from generation.api.limits import CreateLimit
from generation.api.lookup import job_by, standing_job, told_job
from generation.api.schema import IDEMPOTENCY_KEY, errors
from generation.api.waiting import wait_for_end
from generation.idempotency import Answer
from generation.models import Job
from providers.types import Tier


class Generate(Door):
    permissions_needed = {"POST": "jobs:write"}
    throttle_classes = (CreateLimit,)

    @extend_schema(
        operation_id="generate",
        summary="Generate a video",
        request=GenerateBody,
        parameters=[IDEMPOTENCY_KEY],
        responses={202: Queued, 200: Status, **errors(400, 402, 409, 413, 422, 429)},
        examples=[examples.GENERATE, examples.QUEUED],
    )
    def post(self, request: Request) -> Response:
        """Admits one job: priced, held in every budget that applies, and queued.

        Answers 202 at once. With `async_mode` false it waits up to 25 s for the end and then
        answers 200 with the status body, or 202 where the job needs longer.
        """
        given = read(GenerateBody, request.data)
        response = self.replayed() or self._admit(given)
        uid = response.data["job_id"]
        if not given["async_mode"] and wait_for_end(uid):
            told = status(standing_job(self.access, uid), access=self.access)
            return Response(told, headers=dict(response.headers))
        return response

    def _admit(self, given: dict[str, Any]) -> Response:
        access = self.access
        ask = clip_ask(access, given, prompt=given["prompt"], ends=ends_of(access, given))
        quote_uid = given["quote_id"]
        return self.once(
            lambda: _admitted(jobs.create(access, ask, quote_uid=quote_uid)), whole=True
        )


class JobStatus(Door):
    permissions_needed = {"GET": "jobs:read"}

    @extend_schema(
        operation_id="status",
        summary="Check a job",
        responses={200: Status, **errors(404)},
        examples=[examples.STATUS],
    )
    def get(self, request: Request, job_id: str) -> Response:
        """Where a job stands. Asking never makes work and costs nothing."""
        return Response(status(standing_job(self.access, job_id), access=self.access))


class Cancel(Door):
    permissions_needed = {"POST": "jobs:cancel"}

    @extend_schema(
        operation_id="cancel",
        summary="Cancel a job",
        request=Nothing,
        responses={200: Cancelled, 409: Cancelled, **errors(400, 404)},
        examples=[examples.CANCELLED],
    )
    def post(self, request: Request, job_id: str) -> Response:
        """Ends a job at once while nothing has been sent, else asks the provider to.

        The message says whether the provider gives money back. Asking twice is harmless.
        """
        read(Nothing, request.data)
        job = job_by(self.access, job_id)
        try:
            outcome = jobs.request_cancel(job)
        except jobs.Ended as ended:
            return Response(ended_already(job, str(ended)), status=409)
        job.refresh_from_db(fields=["state"])
        return Response(cancelled(job, outcome))


class JobRecord(Door):
    permissions_needed = {"GET": "jobs:read"}

    @extend_schema(
        operation_id="job", summary="Read a job", responses={200: JobDetail, **errors(404)}
    )
    def get(self, request: Request, job_id: str) -> Response:
        """Everything about a job: attempts, events, route and what was left out of it.

        The ledger lines are there for callers who may see costs.
        """
        return Response(job_detail(told_job(self.access, job_id), access=self.access))


class Retry(Door):
    permissions_needed = {"POST": "jobs:write"}
    throttle_classes = (CreateLimit,)

    @extend_schema(
        operation_id="retry",
        summary="Repeat a job",
        request=Nothing,
        parameters=[IDEMPOTENCY_KEY],
        responses={202: Queued, **errors(400, 402, 404, 409, 422, 429)},
    )
    def post(self, request: Request, job_id: str) -> Response:
        """The same request once more, as a job of its own. The first one must have ended."""
        read(Nothing, request.data)
        job = job_by(self.access, job_id)
        return self.replayed() or self.once(lambda: _admitted(jobs.retry(self.access, job)))


class Promote(Door):
    permissions_needed = {"POST": "jobs:write"}
    throttle_classes = (CreateLimit,)

    @extend_schema(
        operation_id="promote",
        summary="Make a job again in a higher tier",
        request=PromoteBody,
        parameters=[IDEMPOTENCY_KEY],
        responses={202: Queued, **errors(400, 402, 404, 409, 422, 429)},
    )
    def post(self, request: Request, job_id: str) -> Response:
        """The same prompt, seed and pictures in a higher tier: the next one, or as named."""
        given = read(PromoteBody, request.data)
        tier = Tier(given["quality"]) if given["quality"] else None
        job = job_by(self.access, job_id)
        return self.replayed() or self.once(
            lambda: _admitted(jobs.promote(self.access, job, tier=tier))
        )


def _admitted(job: Job) -> Answer:
    return Answer(status=202, body=dict(queued(job)))
