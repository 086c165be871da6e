"""OpenAI's Videos API behind `/openai/v1`, as it was frozen before its end."""

import uuid
from collections.abc import Awaitable, Callable
from datetime import date
from json import JSONDecodeError
from typing import Any

from aiohttp import web

from footage.errors import FootageError
from sandbox import admission, status
from sandbox.catalogue import Terms
from sandbox.directives import directive_in
from sandbox.keys import OPENAI_KEY
from sandbox.openai import errors
from sandbox.openai.answers import expired, video
from sandbox.openai.errors import Refused
from sandbox.openai.stills import MEDIA_TYPES, still
from sandbox.openai.validation import (
    LIST_TERMS,
    Wanted,
    base_model,
    checked,
    price,
    read_fields,
)
from sandbox.openai.webhooks import Webhooks
from sandbox.tasks import Draft, State, Task
from sandbox.vendor import Vendor

SHUTDOWN = date(2026, 9, 24)
POLL_AFTER_MS = 1000
DEFAULT_PAGE = 20
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class OpenAI(Vendor):
    """The `sora` provider. Shut down once the clock's `api_date` reaches 2026-09-24."""

    name = "sora"
    prefix = "/openai"

    def application(self) -> web.Application:
        self.webhooks = Webhooks(self.desk)
        app = web.Application(middlewares=[self._guard], client_max_size=1024**3)
        app.add_routes(
            [
                web.post("/v1/videos", self._create),
                web.get("/v1/videos", self._list),
                web.get("/v1/videos/{id}", self._retrieve),
                web.delete("/v1/videos/{id}", self._delete),
                web.get("/v1/videos/{id}/content", self._content),
                web.post("/v1/webhook_endpoints", self.webhooks.create),
                web.get("/v1/webhook_endpoints", self.webhooks.list),
                web.get("/v1/webhook_endpoints/{id}", self.webhooks.retrieve),
                web.delete("/v1/webhook_endpoints/{id}", self.webhooks.delete),
            ]
        )
        return app

    def rate_limited(self) -> web.Response:
        return errors.rate_limited()

    def out_of_credits(self) -> web.Response:
        return errors.out_of_quota()

    def invalid(self) -> web.Response:
        return errors.refusal(
            "Invalid 'prompt': refused as a rehearsal.", code="invalid_value", param="prompt"
        )

    def broken(self, status: int) -> web.Response:
        return errors.broken(status)

    def not_found(self) -> web.Response:
        return errors.no_video()

    def changed(self, task: Task) -> None:
        self.webhooks.announce(task)

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            answer = self._shut(request) or await handler(request)
        except Refused as error:
            if request.method == "POST" and request.path.endswith("/videos"):
                admission.log_refusal(self.desk, provider=self.name, outcome="invalid")
            answer = error.response
        except JSONDecodeError:
            answer = errors.refusal("We could not parse the JSON body of your request.")
        except web.HTTPException as error:
            answer = errors.refusal(
                f"Invalid URL ({request.method} {request.path})", status=error.status
            )
        if not answer.prepared:
            answer.headers["x-request-id"] = f"req_{uuid.uuid4().hex}"
        return answer

    def _shut(self, request: web.Request) -> web.Response | None:
        """The answer to everybody with a wrong key, and to all after the end of the API."""
        if request.headers.get("Authorization") != f"Bearer {OPENAI_KEY}":
            return errors.wrong_key()
        day = self.desk.clock.api_date
        if day is not None and day >= SHUTDOWN and "/videos" in request.path:
            known = self.desk.limit(self.name, name="shutdown_status", default=404)
            return errors.no_model("sora-2", status=known)
        return None

    async def _create(self, request: web.Request) -> web.StreamResponse:
        fields, sent = await read_fields(request, pictures=self.desk.pictures)
        model = fields.get("model", "sora-2")
        kind = "image" if sent or fields.get("input_reference") else "text"
        terms = self._terms(model, kind=kind) if isinstance(model, str) else None
        if terms is None:
            admission.log_refusal(self.desk, provider=self.name, outcome="no-model")
            return errors.no_model(str(model))
        wanted = checked(fields, terms=terms, picture=sent, pictures=self.desk.pictures)
        return await admission.admit(
            self.desk,
            vendor=self,
            request=request,
            draft=self._draft(fields, wanted=wanted, terms=terms),
            accepted=lambda task: web.json_response(self._video(task, State.QUEUED)),
        )

    def _draft(self, fields: dict[str, Any], *, wanted: Wanted, terms: Terms) -> Draft:
        width, height = (int(side) for side in wanted.size.split("x"))
        return Draft(
            provider=self.name,
            task_id=f"video_{uuid.uuid4().hex}",
            model=wanted.model,
            kind="image" if wanted.picture else "text",
            prompt=wanted.prompt,
            seconds=wanted.seconds,
            width=width,
            height=height,
            amount_micros=price(terms, wanted=wanted),
            body={**fields, **({"picture": wanted.picture} if wanted.picture else {})},
            picture=wanted.picture,
        )

    def _terms(self, model: str, *, kind: str) -> Terms | None:
        base = base_model(model)
        listed = LIST_TERMS.get(base)
        return self.desk.terms(self.name, model=base, kind=kind, vendor=listed) if listed else None

    def _video(self, task: Task, state: State) -> dict[str, Any]:
        return video(task, state=state, now=self.desk.clock.now())

    def _found(self, request: web.Request) -> Task:
        task = self.desk.find(self.name, task_id=request.match_info["id"])
        if task is None:
            raise Refused("Video not found.", status=404, code="not_found")
        return task

    async def _retrieve(self, request: web.Request) -> web.StreamResponse:
        pause = self.desk.limit(self.name, name="poll_after_ms", default=POLL_AFTER_MS)
        return await status.show(
            self.desk,
            vendor=self,
            request=request,
            task=self._found(request),
            body=self._video,
            headers={"openai-poll-after-ms": str(pause)},
        )

    async def _list(self, request: web.Request) -> web.StreamResponse:
        """By creation, newest first unless `order=asc`; `after` is the last id of a page."""
        limit = request.query.get("limit", str(DEFAULT_PAGE))
        order = request.query.get("order", "desc")
        if not limit.isdigit() or int(limit) > 100 or order not in ("asc", "desc"):
            raise Refused("Invalid 'limit' or 'order'.", code="invalid_value", param="limit")
        tasks = [task for task in self.desk.tasks.of(self.name) if task.deleted_at is None]
        if order == "desc":
            tasks.reverse()
        ids = [task.task_id for task in tasks]
        after = request.query.get("after", "")
        start = ids.index(after) + 1 if after in ids else 0
        page = tasks[start : start + int(limit)]
        now = self.desk.clock.now()
        return web.json_response(
            {
                "object": "list",
                "data": [self._video(task, task.state(now)) for task in page],
                "first_id": page[0].task_id if page else None,
                "last_id": page[-1].task_id if page else None,
                "has_more": start + len(page) < len(tasks),
            }
        )

    async def _delete(self, request: web.Request) -> web.StreamResponse:
        task = self._found(request)
        if task.finished_at is None:
            raise Refused("Only completed or failed videos can be deleted.", code="invalid_state")
        self.desk.tasks.update(task, deleted_at=self.desk.clock.now())
        answer = {"id": task.task_id, "object": "video.deleted", "deleted": True}
        return web.json_response(answer)

    async def _content(self, request: web.Request) -> web.StreamResponse:
        """The bytes, for an hour after the end. There is no link, so `expired-url` refuses
        the first call instead."""
        task = self._found(request)
        variant = request.query.get("variant", "video")
        if variant != "video" and variant not in MEDIA_TYPES:
            raise Refused(f"Invalid value: '{variant}'.", code="invalid_value", param="variant")
        if task.outcome != State.SUCCEEDED:
            raise Refused("Video is not ready yet.", code="invalid_state")
        if self._link_expired(task):
            return errors.refusal("The download has expired.", status=403, code="expired")
        if expired(task, now=self.desk.clock.now()):
            raise Refused("Video content has expired.", status=404, code="expired")
        if variant == "video":
            return await self.desk.links.send_clip(request, task)
        try:
            path = await still(self.desk.studio.path(task), variant=variant)
        except FootageError:
            return errors.broken(500)
        return web.FileResponse(path, headers={"Content-Type": MEDIA_TYPES[variant]})

    def _link_expired(self, task: Task) -> bool:
        wanted = directive_in(task.prompt, provider=self.name).expired_url
        if wanted and not task.extra.get("link_given"):
            self.desk.tasks.note(task, link_given=True)
            return True
        return bool(self.desk.faults.roll(self.name, stage="link"))
