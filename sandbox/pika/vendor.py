"""Pika behind `/pika`: fal's three hosts under one prefix, and Pika's own API beside them."""

from __future__ import annotations

import json
from typing import ClassVar

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.pika.fal import answers, failures
from sandbox.pika.fal.endpoints import APP
from sandbox.pika.fal.gate import keyed, told
from sandbox.pika.fal.platform import Platform
from sandbox.pika.fal.queue import Queue
from sandbox.pika.fal.reading import problem
from sandbox.pika.fal.records import PROVIDER, finished_request
from sandbox.pika.fal.signing import signed_headers
from sandbox.pika.fal.storage import Storage
from sandbox.pika.fal.submitting import Submits
from sandbox.pika.own.api import OwnApi
from sandbox.tasks import Task
from sandbox.vendor import Vendor

REQUESTS = f"/{APP}/requests/{{request_id}}"
INGRESS_PAGE = (
    "<html><head><title>503 Service Temporarily Unavailable</title></head>"
    "<body><center><h1>503 Service Temporarily Unavailable</h1></center>"
    "<hr><center>nginx</center></body></html>"
)


class PikaVendor(Vendor):
    """Limit (`POST /_control/limits`): `cancel-running`, 0 for a model that finishes its work
    although it was asked to stop (1)."""

    name: ClassVar[str] = PROVIDER
    prefix: ClassVar[str] = "/pika"

    def application(self) -> web.Application:
        queue = Queue(self.desk, vendor=self)
        submits = Submits(self.desk, vendor=self)
        app = web.Application(middlewares=[_unknown_routes])
        app.add_routes(
            [
                web.get(REQUESTS, keyed(queue.result)),
                web.get(REQUESTS + "/response", keyed(queue.result)),
                web.get(REQUESTS + "/status", keyed(queue.status)),
                web.get(REQUESTS + "/status/stream", keyed(queue.stream)),
                web.put(REQUESTS + "/cancel", keyed(queue.cancel)),
                web.post(f"/{APP}/{{path:.+}}", keyed(submits.submit)),
                *Storage(self.desk).routes(),
                *Platform(self.desk).routes(),
                *OwnApi(self.desk).routes(),
            ]
        )
        return app

    def rate_limited(self) -> web.Response:
        message = "Too many concurrent requests"
        return told(429, message, kind="concurrent_requests_limit")

    def out_of_credits(self) -> web.Response:
        return told(403, failures.NO_CREDITS)

    def invalid(self) -> web.Response:
        message = "The prompt cannot be used with this endpoint"
        return told(422, [problem("prompt", message, kind="feature_not_supported", given=None)])

    def broken(self, status: int) -> web.Response:
        """503 is the ingress answering in front of the queue, 500 the queue itself."""
        if status == 503:
            return web.Response(status=503, text=INGRESS_PAGE, content_type="text/html")
        return told(status, "Internal Server Error", kind="internal_error")

    def not_found(self) -> web.Response:
        return told(404, "Request not found")

    def changed(self, task: Task) -> None:
        """One webhook, at the end."""
        if not task.callback_url or task.finished_at is None or task.extra["api"] != "fal":
            return
        answer = answers.webhook(finished_request(self.desk, task))
        body = json.dumps(answer, separators=(",", ":")).encode()
        stamp = int(self.desk.clock.now())
        headers = signed_headers(body, request_id=task.task_id, timestamp=stamp)
        headers["Content-Type"] = "application/json"
        self.desk.callbacks.send(task.callback_url, body=body, headers=headers)


@web.middleware
async def _unknown_routes(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except (web.HTTPNotFound, web.HTTPMethodNotAllowed) as error:
        return told(error.status, error.reason)
