"""Kling behind `/kling`: both API standards, its refusals and its callbacks."""

from __future__ import annotations

import json
import secrets
from typing import ClassVar

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from sandbox.desk import Desk
from sandbox.keys import KLING_WEBHOOK_SECRET
from sandbox.kling import answers
from sandbox.kling.account import Account
from sandbox.kling.creating import Creates
from sandbox.kling.credentials import check_credentials
from sandbox.kling.queries import Queries
from sandbox.kling.records import true_record
from sandbox.kling.refusals import KlingRefusal
from sandbox.kling.signing import signed_headers
from sandbox.tasks import Task
from sandbox.vendor import Vendor

# A signed token is not known to open these; everywhere else it does.
KEY_ONLY = ("/text-to-video/", "/image-to-video/", "/tasks")


class KlingVendor(Vendor):
    """Limits (`POST /_control/limits`): `slots`, parallel tasks per model version (20), and
    `signed`, 0 to send callbacks without a signature as before a secret was made."""

    name: ClassVar[str] = "kling"
    prefix: ClassVar[str] = "/kling"

    def application(self) -> web.Application:
        creates = Creates(self.desk, vendor=self)
        queries = Queries(self.desk, vendor=self)
        account = Account(self.desk)
        app = web.Application(middlewares=[_guard(self.desk, prefix=self.prefix)])
        kinds = "/v1/videos/{kind:text2video|image2video}"
        app.add_routes(
            [
                web.post("/text-to-video/{model}", creates.new_text),
                web.post("/image-to-video/{model}", creates.new_image),
                web.get("/tasks", queries.new_by_ids),
                web.post("/tasks", queries.new_list),
                web.post("/v1/videos/text2video", creates.legacy_text),
                web.post("/v1/videos/image2video", creates.legacy_image),
                web.get(kinds, queries.legacy_list),
                web.get(kinds + "/{task_id}", queries.legacy_one),
                web.get("/account/costs", account.costs),
                web.post("/account/billing/package", account.deductions),
                web.post("/account/billing/balance", account.deductions),
            ]
        )
        return app

    def rate_limited(self) -> web.Response:
        return refused(KlingRefusal(1302))

    def out_of_credits(self) -> web.Response:
        return refused(KlingRefusal(1102))

    def invalid(self) -> web.Response:
        return refused(KlingRefusal(1201, "prompt is invalid"))

    def broken(self, status: int) -> web.Response:
        return refused(KlingRefusal({503: 5001, 504: 5002}.get(status, 5000)))

    def not_found(self) -> web.Response:
        return refused(KlingRefusal(1203))

    def changed(self, task: Task) -> None:
        """Every change of status goes to the caller's address, without an envelope."""
        if not task.callback_url:
            return
        record = true_record(self.desk, task)
        is_new = task.extra["standard"] == "new"
        answer = answers.new_task(record) if is_new else answers.legacy_callback(record)
        body = json.dumps(answer, separators=(",", ":")).encode()
        self.desk.callbacks.send(task.callback_url, body=body, headers=self._headers(body))

    def _headers(self, body: bytes) -> dict[str, str]:
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if self.desk.limit(self.name, name="signed", default=1):
            headers |= signed_headers(
                body,
                message_id=secrets.token_hex(16),
                timestamp=int(self.desk.clock.now()),
                secret=KLING_WEBHOOK_SECRET,
            )
        return headers


def refused(refusal: KlingRefusal) -> web.Response:
    """The error answer. Those about credentials were seen live without a request id."""
    body = answers.refusal(refusal.code, refusal.message, request_id=secrets.token_hex(16))
    if refusal.status == 401:
        del body["request_id"]
    return web.json_response(body, status=refusal.status)


def _guard(desk: Desk, *, prefix: str) -> Middleware:
    """Checks who calls, and turns refusals and unknown routes into the vendor's words."""

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        path = request.path.removeprefix(prefix)
        try:
            check_credentials(
                request.headers.get("Authorization"),
                legacy=not path.startswith(KEY_ONLY),
                now=desk.clock.now(),
            )
            return await handler(request)
        except KlingRefusal as refusal:
            return refused(refusal)
        except web.HTTPNotFound:
            return refused(KlingRefusal(1203))
        except web.HTTPMethodNotAllowed:
            return refused(KlingRefusal(1202))

    return guard
