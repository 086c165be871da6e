"""Submitting to the fal queue."""

from __future__ import annotations

import uuid
from typing import Any

from aiohttp import web

from sandbox import admission
from sandbox.desk import Desk
from sandbox.picture_size import picture_size
from sandbox.pictures import PictureRefused
from sandbox.pika.fal import answers
from sandbox.pika.fal.endpoints import APP, ENDPOINTS, Endpoint, clip_size, nearest_ratio
from sandbox.pika.fal.gate import json_object, told
from sandbox.pika.fal.inputs import BadInput, FalAsk, read_input
from sandbox.pika.fal.reading import problem
from sandbox.pika.fal.records import PROVIDER, request_of
from sandbox.pika.pricing import fal_terms
from sandbox.tasks import Draft, State, Task
from sandbox.vendor import Vendor

SMALLEST_SIDE = 300
PREFIX = "/pika"


class Submits:
    """`POST /fal-ai/pika/{path}`: a refused submit makes no request and costs nothing."""

    def __init__(self, desk: Desk, *, vendor: Vendor) -> None:
        self.desk = desk
        self.vendor = vendor

    async def submit(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        endpoint = ENDPOINTS.get(f"{APP}/{path}")
        if endpoint is None:
            admission.log_refusal(self.desk, provider=PROVIDER, outcome="404")
            return told(404, f"Application '{APP.rpartition('/')[2]}/{path}' not found")
        try:
            body = await json_object(request)
            draft = self._draft(endpoint, body, request=request)
        except BadInput as refused:
            admission.log_refusal(self.desk, provider=PROVIDER, outcome="422")
            return told(422, refused.detail)

        def accepted(task: Task) -> web.Response:
            shown = request_of(self.desk, task, state=State.QUEUED)
            answer = answers.submitted(shown, base=base_of(request))
            return web.json_response(answer, headers={"x-fal-request-id": task.task_id})

        return await admission.admit(
            self.desk, vendor=self.vendor, request=request, draft=draft, accepted=accepted
        )

    def _draft(self, endpoint: Endpoint, body: dict[str, Any], *, request: web.Request) -> Draft:
        ask = read_input(
            endpoint, body, lengths=lambda one: frozenset(fal_terms(self.desk, one).lengths)
        )
        pictures, ratio = self._pictures(ask)
        width, height = clip_size(ratio=ratio, resolution=ask.resolution)
        terms = fal_terms(self.desk, endpoint, resolution=ask.resolution)
        return Draft(
            provider=PROVIDER,
            task_id=str(uuid.uuid4()),
            model=endpoint.endpoint_id,
            kind=endpoint.kind,
            prompt=ask.prompt,
            seconds=ask.seconds,
            width=width,
            height=height,
            amount_micros=terms.price(ask.seconds),
            body=body,
            seed=ask.seed,
            callback_url=request.query.get("fal_webhook", ""),
            picture=pictures[0] if pictures else "",
            last_picture=pictures[-1] if len(pictures) > 1 else "",
            extra={"api": "fal", "keeps_io": request.headers.get("X-Fal-Store-IO", "1") != "0"},
        )

    def _pictures(self, ask: FalAsk) -> tuple[list[str], str]:
        """The stored pictures and the clip's ratio, which the first decides."""
        if not ask.image_urls:
            return [], ask.ratio
        field = "image_urls" if len(ask.image_urls) > 1 else "image_url"
        kept = [self._picture(url, field=field) for url in ask.image_urls]
        width, height = kept[0][1]
        return [reference for reference, _ in kept], nearest_ratio(width=width, height=height)

    def _picture(self, url: str, *, field: str) -> tuple[str, tuple[int, int]]:
        """One stored picture and its pixels; fetches nothing from a network."""
        given = {field: url[:80]}
        try:
            reference = self.desk.pictures.from_text(url)
        except PictureRefused as refused:
            raise _bad_picture(field, "file_download_error", str(refused), given) from refused
        size = picture_size(self.desk.pictures.read(reference))
        if size is None:
            raise _bad_picture(field, "image_load_error", "Image could not be loaded", given)
        if min(size) < SMALLEST_SIDE:
            message = f"Image is too small. Minimum is {SMALLEST_SIDE}x{SMALLEST_SIDE}"
            raise _bad_picture(field, "image_too_small", message, given)
        return reference, size


def base_of(request: web.Request) -> str:
    """Where this caller reaches the queue, for the addresses in its answers."""
    return admission.origin_of(request) + PREFIX


def _bad_picture(field: str, kind: str, message: str, given: object) -> BadInput:
    return BadInput([problem(field, message, kind=kind, given=given)])
