"""The batches' endpoints but for their download."""

from collections.abc import Sequence

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from generation import batches, jobs
from generation.api import examples
from generation.api.answers.batches import (
    BatchCancelled,
    BatchDetail,
    BatchStarted,
    batch_cancelled,
    batch_detail,
    batch_started,
)
from generation.api.bodies.batch import BatchBody, batch_asks
from generation.api.bodies.queries import Nothing
from generation.api.bodies.strict import read
from generation.api.door import Door
from generation.api.limits import CreateLimit
from generation.api.lookup import batch_by, told_jobs_of
from generation.api.schema import IDEMPOTENCY_KEY, errors
from generation.asks import JobAsk, Refused
from generation.choices import JobState
from generation.idempotency import Answer
from generation.models import Batch


class BatchGenerate(Door):
    permissions_needed = {"POST": "jobs:write"}
    throttle_classes = (CreateLimit,)
    # A thousand prompts of 4,000 characters, of which some take two bytes.
    most_bytes = 8 * 1024 * 1024

    @extend_schema(
        operation_id="batch_generate",
        summary="Generate many videos at once",
        request=BatchBody,
        parameters=[IDEMPOTENCY_KEY],
        responses={202: BatchStarted, **errors(400, 402, 409, 413, 422, 429)},
        examples=[examples.BATCH, examples.BATCH_STARTED],
    )
    def post(self, request: Request) -> Response:
        """Admits 1 to 1,000 prompts under one budget hold: all of them or none."""
        given = read(BatchBody, request.data)
        if again := self.replayed():
            return again
        asks = batch_asks(self.access, given)
        return self.once(
            lambda: self.admitted(
                asks,
                use_cost_optimization=given["use_cost_optimization"],
                hero_indexes=given["hero_indexes"],
            )
        )

    def admitted(
        self, asks: Sequence[JobAsk], *, use_cost_optimization: bool, hero_indexes: Sequence[int]
    ) -> Answer:
        made = batches.create(
            self.access,
            asks,
            use_cost_optimization=use_cost_optimization,
            hero_indexes=hero_indexes,
        )
        return Answer(status=202, body=dict(batch_started(made)))


class BatchRecord(Door):
    permissions_needed = {"GET": "jobs:read"}

    @extend_schema(
        operation_id="batch", summary="Check a batch", responses={200: BatchDetail, **errors(404)}
    )
    def get(self, request: Request, batch_id: str) -> Response:
        """How far a batch is, what it has cost, and its jobs in the order of the prompts."""
        batch = batch_by(self.access, batch_id)
        found = told_jobs_of(self.access, batch)
        return Response(batch_detail(batch, found, access=self.access))


class BatchCancel(Door):
    permissions_needed = {"POST": "jobs:cancel"}

    @extend_schema(
        operation_id="batch_cancel",
        summary="Cancel a batch",
        request=Nothing,
        responses={200: BatchCancelled, **errors(400, 404)},
    )
    def post(self, request: Request, batch_id: str) -> Response:
        """Asks every clip of the batch that is still open to end."""
        read(Nothing, request.data)
        batch = batch_by(self.access, batch_id)
        return Response(batch_cancelled(batch, asked=batches.cancel(batch)))


class BatchRetryFailed(Door):
    permissions_needed = {"POST": "jobs:write"}
    throttle_classes = (CreateLimit,)

    @extend_schema(
        operation_id="batch_retry_failed",
        summary="Repeat what failed in a batch",
        request=Nothing,
        parameters=[IDEMPOTENCY_KEY],
        responses={202: BatchStarted, **errors(400, 402, 404, 409, 422, 429)},
    )
    def post(self, request: Request, batch_id: str) -> Response:
        """The failed clips once more, in the tiers that they had, as a batch of their own."""
        read(Nothing, request.data)
        batch = batch_by(self.access, batch_id)
        return self.replayed() or self.once(lambda: self._again(batch))

    def _again(self, batch: Batch) -> Answer:
        failed = batch.jobs.filter(state=JobState.FAILED).order_by("item_index")
        asks = [jobs.ask_of(job) for job in failed.select_related("cost_centre__parent", "picture")]
        if not asks:
            raise Refused("No clip of this batch has failed.", field="batch_id", code="none_failed")
        made = batches.create(self.access, asks, use_cost_optimization=False)
        return Answer(status=202, body=dict(batch_started(made, verb="retry")))
