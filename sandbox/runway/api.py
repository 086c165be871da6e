"""Runway behind `/runway`: its doors, its headers, its own words for refusals."""

import uuid
from collections.abc import Awaitable, Callable, Mapping
from json import JSONDecodeError
from typing import Any

from aiohttp import web

from sandbox import admission, status
from sandbox.catalogue import Terms
from sandbox.keys import RUNWAY_KEY
from sandbox.runway import account, issues
from sandbox.runway.answers import created, credits_of, task_body
from sandbox.runway.models import Shape
from sandbox.runway.restyle import MODEL, TERMS, checked_restyle
from sandbox.runway.routers import Routers
from sandbox.runway.routing import NothingFits, Routed, routed
from sandbox.runway.uploads import Uploads
from sandbox.runway.validation import FindTerms, Invalid, Wanted, checked
from sandbox.tasks import Draft, State, Task
from sandbox.vendor import Vendor

VERSION = "2024-11-06"
OUTPUT_LIVES = 24 * 3600.0
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Runway(Vendor):
    """The developer API, version 2024-11-06."""

    name = "runway"
    prefix = "/runway"

    def application(self) -> web.Application:
        self.uploads, self.routers = Uploads(self.desk), Routers(self.desk)
        app = web.Application(middlewares=[self._guard], client_max_size=1024**3)
        app.add_routes(
            [
                web.post("/v1/text_to_video", self._create("text")),
                web.post("/v1/image_to_video", self._create("image")),
                web.post("/v1/video_to_video", self._restyle),
                web.post("/v1/generate/video", self._route),
                web.get("/v1/tasks/{id}", self._task),
                web.delete("/v1/tasks/{id}", self._delete),
                web.post("/v1/uploads", self.uploads.create),
                web.post("/storage/bucket", self.uploads.store),
                web.get("/v1/organization", self._organization),
                web.post("/v1/organization/usage", self._usage),
                web.post("/v1/routers", self.routers.create),
                web.get("/v1/routers", self.routers.list),
                web.get("/v1/routers/{id}", self.routers.retrieve),
                web.patch("/v1/routers/{id}", self.routers.update),
                web.delete("/v1/routers/{id}", self.routers.delete),
                web.get("/v1/routers/{id}/requests", self.routers.requests),
            ]
        )
        return app

    def rate_limited(self) -> web.Response:
        return web.json_response(
            {"message": "Too Many Requests"}, status=429, headers={"Retry-After": "1"}
        )

    def out_of_credits(self) -> web.Response:
        return issues.refused("You do not have enough credits to run this task.")

    def invalid(self) -> web.Response:
        return issues.validation_failed(
            [issues.custom(["promptText"], message="The prompt was refused as a rehearsal")]
        )

    def broken(self, status: int) -> web.Response:
        """Load balancers answer, not the API: the body is empty or HTML."""
        if status == 500:
            return web.json_response({"error": "Internal server error"}, status=500)
        return web.Response(status=status, text="<html>Service Unavailable</html>")

    def not_found(self) -> web.Response:
        return issues.refused("Could not find Task", status=404)

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Key and version before anything else, except at the storage host."""
        if not request.path.startswith(f"{self.prefix}/storage/"):
            if request.headers.get("Authorization") != f"Bearer {RUNWAY_KEY}":
                return issues.refused("Unauthorized", status=401)
            if request.headers.get("X-Runway-Version") != VERSION:
                return issues.refused(f"X-Runway-Version must be {VERSION}")
        try:
            return await handler(request)
        except JSONDecodeError:
            return issues.refused("Malformed JSON in request body")
        except web.HTTPException as error:
            return issues.refused(error.reason, status=error.status)

    def _create(self, kind: str) -> Handler:
        async def create(request: web.Request) -> web.StreamResponse:
            body = await self._object(request)
            try:
                wanted = checked(
                    body,
                    kind=kind,
                    find_terms=self._finder(kind),
                    read_picture=self.uploads.read,
                )
            except Invalid as error:
                return self._invalid(error)
            return await self._admit(
                request, body=body, wanted=wanted, accepted=lambda task: created(task)
            )

        return create

    async def _restyle(self, request: web.Request) -> web.StreamResponse:
        body = await self._object(request)
        terms = self.desk.terms(self.name, model=MODEL, kind="video", vendor=TERMS) or TERMS
        try:
            wanted = await checked_restyle(
                body, terms=terms, uploads=self.uploads, pictures=self.desk.pictures
            )
        except Invalid as error:
            return self._invalid(error)
        return await self._admit(
            request, body=body, wanted=wanted, accepted=lambda task: created(task)
        )

    async def _route(self, request: web.Request) -> web.StreamResponse:
        """`POST /v1/generate/video`: the Model Router."""
        body = await self._object(request)
        slug, asked = str(body.get("configId", "")), body.get("input")
        router = self.routers.find(slug)
        if router is None or router["slug"] != slug:
            admission.log_refusal(self.desk, provider=self.name, outcome="router-not-found")
            return issues.refused("Router config not found", status=404)
        if not isinstance(asked, dict):
            return self._invalid(
                Invalid([issues.wrong_type(["input"], expected="object", received="undefined")])
            )
        kind = "image" if asked.get("referenceImages") else "text"
        try:
            found = routed(
                asked,
                settings=router["settings"],
                find_terms=self._finder(kind),
                read_picture=self.uploads.read,
            )
        except Invalid as error:
            self.routers.note_refusal(slug, status="invalid_request", emptied_by="input_support")
            return self._invalid(error)
        except NothingFits as error:
            self.routers.note_refusal(slug, status="no_eligible_model", emptied_by=error.emptied_by)
            admission.log_refusal(self.desk, provider=self.name, outcome="no-eligible-model")
            return issues.refused("No eligible model for this request")
        return await self._admit(
            request,
            body=body,
            wanted=found.wanted,
            accepted=lambda task: _routing(task, slug=slug, found=found),
            client_ref=slug,
        )

    async def _admit(
        self,
        request: web.Request,
        *,
        body: Mapping[str, Any],
        wanted: Wanted,
        accepted: Callable[[Task], dict[str, Any]],
        client_ref: str = "",
    ) -> web.StreamResponse:
        refusal = self._cannot_pay(wanted)
        if refusal is not None:
            return refusal
        draft = Draft(
            provider=self.name,
            task_id=str(uuid.uuid4()),
            model=wanted.model,
            kind=wanted.kind,
            prompt=wanted.prompt,
            seconds=wanted.seconds,
            width=wanted.width,
            height=wanted.height,
            amount_micros=wanted.amount_micros,
            body=body,
            seed=wanted.seed,
            client_ref=client_ref,
            picture=wanted.picture,
            last_picture=wanted.last_picture,
            bills_moderation=True,
            slots=account.slots(self.desk),
        )
        return await admission.admit(
            self.desk,
            vendor=self,
            request=request,
            draft=draft,
            accepted=lambda task: web.json_response(accepted(task)),
        )

    def _cannot_pay(self, wanted: Wanted) -> web.Response | None:
        if account.balance_micros(self.desk) < wanted.amount_micros:
            admission.log_refusal(self.desk, provider=self.name, outcome="credits")
            return self.out_of_credits()
        if account.daily_cap_reached(self.desk, model=wanted.model):
            admission.log_refusal(self.desk, provider=self.name, outcome="daily-cap")
            return issues.refused("Your daily task limit has been reached.", status=429)
        return None

    def _finder(self, kind: str) -> FindTerms:
        def find(model: str, shape: Shape) -> Terms:
            listed = self.desk.terms(self.name, model=model, kind=kind, vendor=shape.terms)
            return listed or shape.terms

        return find

    def _invalid(self, error: Invalid) -> web.Response:
        admission.log_refusal(self.desk, provider=self.name, outcome="invalid")
        return issues.validation_failed(error.found)

    @staticmethod
    async def _object(request: web.Request) -> dict[str, Any]:
        body = await request.json()
        return body if isinstance(body, dict) else {}

    async def _task(self, request: web.Request) -> web.StreamResponse:
        task = self.desk.find(self.name, task_id=request.match_info["id"])
        if task is None:
            return self.not_found()
        return await status.show(
            self.desk, vendor=self, request=request, task=task, body=self._task_body
        )

    def _task_body(self, task: Task, state: State) -> dict[str, Any]:
        done = state is State.SUCCEEDED
        output = [self.desk.links.hand_out(task, lives=OUTPUT_LIVES)] if done else []
        return task_body(task, state=state, now=self.desk.clock.now(), output=output)

    async def _delete(self, request: web.Request) -> web.Response:
        """Cancels a live task, deletes a finished one; either way it is 404 from now on.

        Only a task whose work has not begun gets its credits back.
        """
        task = self.desk.find(self.name, task_id=request.match_info["id"])
        if task is None:
            return self.not_found()
        now = self.desk.clock.now()
        self.desk.runner.cancel(task, billed=task.state(now) is State.PROCESSING)
        self.desk.tasks.update(task, deleted_at=now)
        return web.Response(status=204)

    async def _organization(self, request: web.Request) -> web.Response:
        return web.json_response(account.organization(self.desk))

    async def _usage(self, request: web.Request) -> web.Response:
        body = await self._object(request) if request.can_read_body else {}
        try:
            shown = account.usage(
                self.desk, start=body.get("startDate"), before=body.get("beforeDate")
            )
        except ValueError as error:
            return issues.validation_failed([issues.custom(["startDate"], message=str(error))])
        return web.json_response(shown)


def _routing(task: Task, *, slug: str, found: Routed) -> dict[str, Any]:
    return {
        "id": task.task_id,
        "routing": {
            "configId": slug,
            "model": task.model,
            "provider": "runway",
            "estimatedCost": {"credits": credits_of(task.amount_micros)},
            "resolvedInput": {
                "duration": found.wanted.seconds,
                "ratio": found.wanted.ratio,
                "resolution": found.resolution,
            },
            "resolvedSettings": {
                "optimizeFor": found.optimize_for,
                "priceCeiling": found.ceiling,
            },
        },
    }
