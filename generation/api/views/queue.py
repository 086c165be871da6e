"""The queue's endpoints: what waits and runs now, and arranging it."""

from collections.abc import Callable

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import Access
from generation import arranging, pausing
from generation.api.answers.queue import (
    Arranged,
    BatchArranged,
    QueueAnswer,
    arranged,
    queue_answer,
)
from generation.api.bodies.queries import Nothing, read_query
from generation.api.bodies.queue import PauseBody, PrioritiseBody
from generation.api.bodies.strict import read
from generation.api.door import Door
from generation.api.lookup import batch_by, job_by
from generation.api.schema import errors
from generation.arranging import Deed
from generation.models import Batch
from generation.queue_now import queue_now

MOVES: dict[str, Deed] = {
    "front": arranging.to_front,
    "up": arranging.move_up,
    "normal": arranging.back_to_normal,
}


class Queue(Door):
    permissions_needed = {"GET": "jobs:read"}

    @extend_schema(
        operation_id="queue",
        summary="Read the queue",
        responses={200: QueueAnswer, **errors(400)},
    )
    def get(self, request: Request) -> Response:
        """Lanes with positions and starts, slots in use, and why each clip stands where it does."""
        read_query(Nothing, request.query_params)
        return Response(queue_answer(queue_now(self.access)))


class QueuePauseDoor(Door):
    permissions_needed = {"POST": "queue:manage"}

    @extend_schema(
        operation_id="queue_pause",
        summary="Pause the queue",
        request=PauseBody,
        responses={200: QueueAnswer, **errors(400)},
    )
    def post(self, request: Request) -> Response:
        """Sends nothing more of this workspace until it goes on. Signed-in managers only."""
        given = read(PauseBody, request.data)
        pausing.pause_queue(self.access, reason=given["reason"])
        return Response(queue_answer(queue_now(self.access)))


class QueueResume(Door):
    permissions_needed = {"POST": "queue:manage"}

    @extend_schema(
        operation_id="queue_resume",
        summary="Let the queue go on",
        request=Nothing,
        responses={200: QueueAnswer, **errors(400)},
    )
    def post(self, request: Request) -> Response:
        """Sends again what the pause has kept. Signed-in managers only."""
        read(Nothing, request.data)
        pausing.resume_queue(self.access)
        return Response(queue_answer(queue_now(self.access)))


class Arrange(Door):
    """What the three doors for one job share."""

    permissions_needed = {"POST": "queue:arrange"}

    def arranged(self, job_id: str, deed: Deed) -> Response:
        job = job_by(self.access, job_id)
        deed(self.access, job)
        job.refresh_from_db(fields=["held_at", "hot"])
        return Response(arranged(job))


class Hold(Arrange):
    @extend_schema(
        operation_id="hold",
        summary="Put a job on hold",
        request=Nothing,
        responses={200: Arranged, **errors(400, 404)},
    )
    def post(self, request: Request, job_id: str) -> Response:
        """Nothing of the job is sent until it is let go on; its money stays held.

        Refused when its request is with the provider already.
        """
        read(Nothing, request.data)
        return self.arranged(job_id, arranging.hold)


class Resume(Arrange):
    @extend_schema(
        operation_id="resume",
        summary="Let a job go on",
        request=Nothing,
        responses={200: Arranged, **errors(400, 404)},
    )
    def post(self, request: Request, job_id: str) -> Response:
        """The job is in line again, where it was."""
        read(Nothing, request.data)
        return self.arranged(job_id, arranging.resume)


class Prioritise(Arrange):
    @extend_schema(
        operation_id="prioritise",
        summary="Move a job in the queue",
        request=PrioritiseBody,
        responses={200: Arranged, **errors(400, 404)},
    )
    def post(self, request: Request, job_id: str) -> Response:
        """To the front of the workspace's hot lane, up by one, or back to its own place."""
        given = read(PrioritiseBody, request.data)
        return self.arranged(job_id, MOVES[given["to"]])


class ArrangeBatch(Door):
    """What the two doors for a whole batch share."""

    permissions_needed = {"POST": "queue:arrange"}

    def arranged(
        self, request: Request, batch_id: str, deed: Callable[[Access, Batch], int]
    ) -> Response:
        read(Nothing, request.data)
        batch = batch_by(self.access, batch_id)
        clips = deed(self.access, batch)
        return Response({"success": True, "batch_id": batch.uid, "clips": clips})


class BatchHold(ArrangeBatch):
    @extend_schema(
        operation_id="batch_hold",
        summary="Put a batch on hold",
        request=Nothing,
        responses={200: BatchArranged, **errors(400, 404)},
    )
    def post(self, request: Request, batch_id: str) -> Response:
        """Nothing more of the batch is sent; what has been sent goes on."""
        return self.arranged(request, batch_id, pausing.hold_batch)


class BatchResume(ArrangeBatch):
    @extend_schema(
        operation_id="batch_resume",
        summary="Let a batch go on",
        request=Nothing,
        responses={200: BatchArranged, **errors(400, 404)},
    )
    def post(self, request: Request, batch_id: str) -> Response:
        """Every clip of the batch that is on hold is in line again."""
        return self.arranged(request, batch_id, pausing.resume_batch)
