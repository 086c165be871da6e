"""Create calls of both standards: from a checked body to an accepted task."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from typing import Any

from aiohttp import web

from sandbox import admission
from sandbox.desk import Desk
from sandbox.kling import answers
from sandbox.kling.bodies import legacy, new_standard
from sandbox.kling.bodies.ask import KlingAsk
from sandbox.kling.bodies.frames import Frame, take_frame
from sandbox.kling.bodies.models import RATIOS, frame_size
from sandbox.kling.pricing import lengths, price
from sandbox.kling.records import PROVIDER, true_record
from sandbox.kling.refusals import KlingRefusal
from sandbox.tasks import Draft, Task
from sandbox.vendor import Vendor

DEFAULT_SLOTS = 20


async def json_body(request: web.Request) -> dict[str, Any]:
    """The request's JSON object; raises KlingRefusal 1200."""
    try:
        body = json.loads(await request.text())
    except ValueError as error:
        raise KlingRefusal(1200, "The request body is not valid JSON") from error
    if not isinstance(body, dict):
        raise KlingRefusal(1200, "The request body must be a JSON object")
    return body


class Creates:
    """The four create handlers. A refused call is counted, makes no task and costs nothing."""

    def __init__(self, desk: Desk, *, vendor: Vendor) -> None:
        self.desk = desk
        self.vendor = vendor

    async def new_text(self, request: web.Request) -> web.StreamResponse:
        body, name = await json_body(request), request.match_info["model"]
        sold = lengths(self.desk, kind="text")
        return await self._accept(
            request, body, lambda: new_standard.read_text(name, body, lengths=sold)
        )

    async def new_image(self, request: web.Request) -> web.StreamResponse:
        body, name = await json_body(request), request.match_info["model"]
        sold = lengths(self.desk, kind="image")
        return await self._accept(
            request, body, lambda: new_standard.read_image(name, body, lengths=sold)
        )

    async def legacy_text(self, request: web.Request) -> web.StreamResponse:
        body = await json_body(request)
        sold = lengths(self.desk, kind="text")
        return await self._accept(request, body, lambda: legacy.read_text(body, lengths=sold))

    async def legacy_image(self, request: web.Request) -> web.StreamResponse:
        body = await json_body(request)
        sold = lengths(self.desk, kind="image")
        return await self._accept(request, body, lambda: legacy.read_image(body, lengths=sold))

    async def _accept(
        self, request: web.Request, body: dict[str, Any], read: Callable[[], KlingAsk]
    ) -> web.StreamResponse:
        try:
            ask = read()
            frames = self._frames(ask)
            self._check_unused(ask)
            self._check_slots(ask)
        except KlingRefusal as refused:
            admission.log_refusal(self.desk, provider=PROVIDER, outcome=str(refused.code))
            raise
        return await admission.admit(
            self.desk,
            vendor=self.vendor,
            request=request,
            draft=self._draft(ask, body=body, frames=frames),
            accepted=self._accepted,
        )

    def _frames(self, ask: KlingAsk) -> tuple[Frame | None, Frame | None]:
        """The pictures that the clip begins and ends on."""
        given = (("first_frame", ask.first_frame), ("last_frame", ask.last_frame))
        first, last = (
            take_frame(self.desk, text, standard=ask.standard, field=field) if text else None
            for field, text in given
        )
        return first, last

    def _check_unused(self, ask: KlingAsk) -> None:
        if not ask.external_id:
            return
        if self.desk.tasks.by_client_ref(PROVIDER, client_ref=ask.external_id):
            raise KlingRefusal(1201, f"external_task_id {ask.external_id} already exists")

    def _check_slots(self, ask: KlingAsk) -> None:
        """Parallel tasks are counted per model version, in both standards together."""
        live = self.desk.tasks.live(PROVIDER)
        running = sum(1 for task in live if task.extra["version"] == ask.version)
        if running >= self.desk.limit(PROVIDER, name="slots", default=DEFAULT_SLOTS):
            raise KlingRefusal(1303)

    def _draft(
        self, ask: KlingAsk, *, body: dict[str, Any], frames: tuple[Frame | None, Frame | None]
    ) -> Draft:
        frame, last = frames
        shape = (frame.width, frame.height) if frame else RATIOS[ask.ratio]
        width, height = frame_size(resolution=ask.resolution, width=shape[0], height=shape[1])
        return Draft(
            provider=PROVIDER,
            task_id=str(10**17 * 8 + secrets.randbelow(10**17)),
            model=ask.model,
            kind=ask.kind,
            prompt=ask.prompt,
            seconds=ask.seconds,
            width=width,
            height=height,
            amount_micros=price(self.desk, ask),
            body=body,
            client_ref=ask.external_id,
            callback_url=ask.callback_url,
            picture=frame.reference if frame else "",
            last_picture=last.reference if last else "",
            extra={
                "standard": ask.standard,
                "version": ask.version,
                "watermark": ask.watermark,
            },
        )

    def _accepted(self, task: Task) -> web.Response:
        record = true_record(self.desk, task)
        is_new = task.extra["standard"] == "new"
        data = answers.new_created(record) if is_new else answers.legacy_created(record)
        return success(data)


def success(data: object) -> web.Response:
    """HTTP 200 with the vendor's envelope and a request id of its own."""
    return web.json_response(answers.envelope(data, request_id=secrets.token_hex(16)))
