"""The batches' endpoints but for their download."""

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from generation import batches
from generation.api import examples
from generation.api.answers.batches import (
    BatchCancelled,
    BatchDetail,
    BatchStarted,
    BatchSummary,
    batch_cancelled,
    batch_detail,
    batch_started,
    batch_summary,
)
from generation.api.answers.pages import Listed
from generation.api.bodies.batch import BatchBody, batch_asks
from generation.api.bodies.queries import Nothing, PageQuery, read_query
from generation.api.bodies.strict import read
from generation.api.cursors import next_address, page
from generation.api.door import Door
from generation.api.limits import CreateLimit
from generation.api.lookup import batch_by, told_jobs_of
from generation.api.schema import IDEMPOTENCY_KEY, errors
from generation.asks import JobAsk
from generation.batch_progress import progress_of
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
                quote_uid=given["quote_id"],
                name=given["name"],
            ),
            whole=True,
        )

    def admitted(self, asks: Sequence[JobAsk], **how: Any) -> Answer:
        made = batches.create(self.access, asks, **how)
        return Answer(status=202, body=dict(batch_started(made)))


class BatchesPage(Listed):
    """Batches, newest first."""

    results: list[BatchSummary]


class Batches(Door):
    permissions_needed = {"GET": "jobs:read"}

    @extend_schema(
        operation_id="batches",
        summary="List batches",
        parameters=[PageQuery],
        responses={200: BatchesPage, **errors(400)},
    )
    def get(self, request: Request) -> Response:
        """Batches, newest first, without their jobs. Follow `next` until it is null."""
        given = read_query(PageQuery, request.query_params)
        mine = Batch.objects.within(self.access).select_related("made_from", "quote")
        found = page(mine, cursor=given["cursor"], limit=given["limit"])
        progress = progress_of(found.rows)
        query = dict(request.query_params.items())
        body: BatchesPage = {
            "results": [batch_summary(batch, progress[batch.pk]) for batch in found.rows],
            "next": next_address(request.path, query=query, cursor=found.cursor),
            "next_cursor": found.cursor or None,
        }
        return Response(body)


class BatchRecord(Door):
    permissions_needed = {"GET": "jobs:read"}

    @extend_schema(
        operation_id="batch", summary="Check a batch", responses={200: BatchDetail, **errors(404)}
    )
    def get(self, request: Request, batch_id: str) -> Response:
        """How far a batch is, what it has cost, and its jobs in the order of the prompts."""
        batch = batch_by(self.access, batch_id)
        found = told_jobs_of(self.access, batch)
        progress = progress_of([batch])[batch.pk]
        return Response(batch_detail(batch, found, progress, access=self.access))


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
        """The failed clips once more, in the tiers that they had, as a batch of their own.

        What is being made again already, or has been, is left out.
        """
        read(Nothing, request.data)
        batch = batch_by(self.access, batch_id)
        return self.replayed() or self.once(lambda: self._again(batch))

    def _again(self, batch: Batch) -> Answer:
        made = batches.retry_failed(self.access, batch)
        return Answer(status=202, body=dict(batch_started(made, verb="retry")))
