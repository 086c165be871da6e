"""Requests in the fal queue: status, stream, result and cancel."""

from __future__ import annotations

import asyncio
import json

from aiohttp import web

from sandbox import status
from sandbox.admission import dropped
from sandbox.desk import Desk
from sandbox.invoice import moment
from sandbox.pika.fal import answers
from sandbox.pika.fal.answers import FalRequest
from sandbox.pika.fal.gate import told
from sandbox.pika.fal.reading import Json
from sandbox.pika.fal.records import PROVIDER, fal_task, finished_request, request_of
from sandbox.pika.fal.submitting import base_of
from sandbox.tasks import State, Task
from sandbox.vendor import Vendor

YES = ("1", "true", "True")
STREAM_PAUSE = 0.2
UNDER_WAY = ("IN_QUEUE", "IN_PROGRESS")


class Queue:
    """The handlers behind `/fal-ai/pika/requests/{request_id}`."""

    def __init__(self, desk: Desk, *, vendor: Vendor) -> None:
        self.desk = desk
        self.vendor = vendor

    async def status(self, request: web.Request) -> web.StreamResponse:
        """202 while the request waits or runs, 200 when it is over, well or not."""
        task = self._task(request)
        if task is None:
            return self.vendor.not_found()
        shown: list[Json] = []

        def body(one: Task, state: State) -> Json:
            answer = self._status_json(request, request_of(self.desk, one, state=state))
            shown.append(answer)
            return answer

        answer = await status.show(
            self.desk,
            vendor=self.vendor,
            request=request,
            task=task,
            body=body,
            headers={"x-fal-request-id": task.task_id},
        )
        if shown and shown[-1]["status"] in UNDER_WAY:
            answer.set_status(202)
        return answer

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """The status as server-sent events, one per change, until the request is over."""
        task = self._task(request)
        if task is None:
            return self.vendor.not_found()
        answer = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await answer.prepare(request)
        last = ""
        while task is not None:
            state = task.state(self.desk.clock.now())
            event = self._status_json(request, request_of(self.desk, task, state=state))
            if event["status"] != last:
                last = str(event["status"])
                await answer.write(f"data: {json.dumps(event)}\n\n".encode())
            if last not in UNDER_WAY:
                break
            await asyncio.sleep(STREAM_PAUSE)
            task = self._task(request)
        await answer.write_eof()
        return answer

    async def result(self, request: web.Request) -> web.StreamResponse:
        """The model's own answer: its output, or its error with the error's HTTP status."""
        task = self._task(request)
        if task is None:
            return self.vendor.not_found()
        if task.finished_at is None:
            return told(400, "Request is still in progress", request_id=task.task_id)
        fault = self.desk.faults.roll(PROVIDER, stage="status")
        if fault == "drop-status":
            return dropped(request)
        if fault == "status-500":
            # A 5xx of the ingress says nothing about the request, unlike the model's own 5xx.
            return self.vendor.broken(503)
        finished = finished_request(self.desk, task)
        headers = {"x-fal-request-id": task.task_id}
        if not finished.video:
            return _failed(finished, headers=headers)
        text = json.dumps(finished.video.output())
        if fault == "bad-json":
            text = text[: len(text) // 2]
        return web.Response(text=text, content_type="application/json", headers=headers)

    async def cancel(self, request: web.Request) -> web.StreamResponse:
        """Waiting requests leave the queue; running ones stop too, unless the limit
        `cancel-running` is 0, as with an app that does not listen to the signal."""
        task = self._task(request)
        if task is None:
            return web.json_response({"status": "NOT_FOUND"}, status=404)
        if task.finished_at is not None:
            return web.json_response({"status": "ALREADY_COMPLETED"}, status=400)
        runs = task.state(self.desk.clock.now()) is State.PROCESSING
        if not runs or self.desk.limit(PROVIDER, name="cancel-running", default=1):
            self.desk.runner.cancel(task, billed=False)
        return web.json_response({"status": "CANCELLATION_REQUESTED"}, status=202)

    def _task(self, request: web.Request) -> Task | None:
        return fal_task(self.desk, request.match_info["request_id"])

    def _status_json(self, request: web.Request, shown: FalRequest) -> Json:
        return answers.status(
            shown,
            base=base_of(request),
            logs=request.query.get("logs", "") in YES,
            stamp=moment(self.desk.clock.now()) or "",
        )


def _failed(finished: FalRequest, *, headers: dict[str, str]) -> web.Response:
    failure = finished.failure
    if failure is None:
        raise ValueError("a finished request has a video or a failure")
    if failure.of_the_runner:
        headers |= {"X-Fal-Error-Type": failure.kind, "X-Fal-Retryable": "false"}
    body = failure.body(given=finished.given)
    return web.json_response(body, status=failure.status, headers=headers)
