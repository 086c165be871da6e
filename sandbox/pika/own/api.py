"""Pika's own API: creates that replay by their key, jobs, uploads and money."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections import defaultdict
from typing import Any, ClassVar

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox import admission, status
from sandbox.keys import PIKA_KEY
from sandbox.picture_size import picture_size
from sandbox.pictures import PictureRefused
from sandbox.pika.fal.endpoints import clip_size, nearest_ratio
from sandbox.pika.fal.records import PROVIDER
from sandbox.pika.own.inputs import OPERATIONS, Operation, OwnAsk, OwnRefusal, read_body
from sandbox.pika.own.jobs import MEDIA_LIVE, job, job_task, refused_job
from sandbox.pika.own.uploads import OwnUploads
from sandbox.pika.pricing import own_terms
from sandbox.tasks import Draft, Fate, State, Task
from sandbox.vendor import Vendor

BALANCE_MICROS = 1_000_000_000


class OwnApi(Vendor):
    """Mounted beside the fal routes under the same prefix; it has words of its own."""

    name: ClassVar[str] = PROVIDER
    prefix: ClassVar[str] = "/pika"

    def application(self) -> web.Application:
        app = web.Application()
        app.add_routes(self.routes())
        return app

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/v1/media/jobs/{job_id}", _keyed(self.show)),
            web.get("/v1/media/jobs/{job_id}/content", _keyed(self.content)),
            *OwnUploads(self.desk).routes(keyed=_keyed),
            web.post("/v1/media/{api_id:.+}", _keyed(self.create)),
            web.get("/catalog/apis/{api_id:.+}", _keyed(self.operation)),
            web.get("/billing/balance", _keyed(self.balance)),
            web.get("/billing/spend/daily", _keyed(self.spend)),
        ]

    async def create(self, request: web.Request) -> web.StreamResponse:
        """Same key and same body answer with the same job, a failed one included."""
        operation = _operation(request)
        try:
            text = await request.text()
            body = _object(text)
            key = request.headers.get("Idempotency-Key", "")
            print_ = hashlib.sha256(f"{operation.api_id} {_sorted(body)}".encode()).hexdigest()
            earlier = self._earlier(key, print_=print_)
            if earlier:
                return self._created(earlier)
            draft = self._draft(operation, body, key=key, print_=print_)
        except OwnRefusal as refused:
            admission.log_refusal(self.desk, provider=PROVIDER, outcome=str(refused.status))
            raise
        return await admission.admit(
            self.desk, vendor=self, request=request, draft=draft, accepted=self._accepted
        )

    async def show(self, request: web.Request) -> web.StreamResponse:
        return await status.show(
            self.desk,
            vendor=self,
            request=request,
            task=job_task(self.desk, request.match_info["job_id"]),
            body=lambda task, state: job(self.desk, task, state=state),
        )

    async def content(self, request: web.Request) -> web.StreamResponse:
        """The file's address once the job is done; 409 before."""
        task = job_task(self.desk, request.match_info["job_id"])
        if task.outcome != State.SUCCEEDED:
            raise OwnRefusal(409, "The job has no content.")
        return web.json_response({"url": self.desk.links.hand_out(task, lives=MEDIA_LIVE)})

    async def operation(self, request: web.Request) -> web.StreamResponse:
        answer = web.json_response(_operation(request).record())
        answer.headers["Cache-Control"] = "no-store"
        return answer

    async def balance(self, request: web.Request) -> web.StreamResponse:
        left = BALANCE_MICROS - self.desk.invoice.spent(PROVIDER)
        return web.json_response({"balance_micro_usd": left, "currency": "USD"})

    async def spend(self, request: web.Request) -> web.StreamResponse:
        """Micro-dollars per day; the answer's fields are a sketch of the real ones."""
        days: dict[str, int] = defaultdict(int)
        for line in self.desk.invoice.shown()["lines"]:
            if line["provider"] == PROVIDER:
                days[line["at"][:10]] += line["amount_micros"]
        rows = [{"date": day, "spend_micro_usd": days[day]} for day in sorted(days)]
        return web.json_response({"days": rows})

    def rate_limited(self) -> web.Response:
        answer = _told(429, "Too many requests.")
        answer.headers["Retry-After"] = "1"
        return answer

    def out_of_credits(self) -> web.Response:
        body = refused_job("insufficient_balance", "The balance is used up.")
        return web.json_response(body)

    def invalid(self) -> web.Response:
        return _told(422, "prompt: is not valid")

    def broken(self, status: int) -> web.Response:
        return _told(status, "Service unavailable." if status == 503 else "Internal error.")

    def not_found(self) -> web.Response:
        return _told(404, "No such job.")

    def _earlier(self, key: str, *, print_: str) -> Task | None:
        """The job that this key made; raises OwnRefusal 409 if its body was another one."""
        task = self.desk.tasks.by_client_ref(PROVIDER, client_ref=key) if key else None
        if task and task.extra["print"] != print_:
            raise OwnRefusal(409, "The Idempotency-Key was used with another body.")
        return task

    def _draft(self, operation: Operation, body: dict[str, Any], *, key: str, print_: str) -> Draft:
        allowed = frozenset(own_terms(self.desk, operation).lengths)
        ask = read_body(operation, body, allowed=allowed)
        picture, ratio = self._picture(ask)
        width, height = clip_size(ratio=ratio, resolution=ask.resolution)
        terms = own_terms(self.desk, operation, resolution=ask.resolution)
        return Draft(
            provider=PROVIDER,
            task_id=f"job_{secrets.token_hex(13).upper()}",
            model=operation.api_id,
            kind=operation.kind,
            prompt=ask.prompt,
            seconds=ask.seconds,
            width=width,
            height=height,
            amount_micros=terms.price(ask.seconds),
            body=body,
            seed=ask.seed,
            client_ref=key,
            picture=picture,
            extra={"api": "own", "print": print_, "keeps_io": True},
        )

    def _picture(self, ask: OwnAsk) -> tuple[str, str]:
        """The stored picture and the clip's ratio; fetches nothing from a network."""
        if not ask.image:
            return "", "16:9"
        try:
            reference = self.desk.pictures.from_text(ask.image)
        except PictureRefused as refused:
            raise OwnRefusal(422, f"image: {refused}") from refused
        size = picture_size(self.desk.pictures.read(reference))
        if size is None:
            raise OwnRefusal(422, "image: could not be read")
        return reference, nearest_ratio(width=size[0], height=size[1])

    def _accepted(self, task: Task) -> web.Response:
        """A prompt that moderation refuses is a failed job in the create's own answer."""
        if task.fate is Fate.MODERATION:
            now = self.desk.clock.now()
            ended = self.desk.tasks.finish(task, outcome=State.FAILED, at=now, billed=False)
            task = ended or task
        return self._created(task)

    def _created(self, task: Task) -> web.Response:
        state = task.state(self.desk.clock.now())
        return web.json_response(job(self.desk, task, state=state))


def _keyed(handler: Handler) -> Handler:
    """Checks the key and turns refusals into `{"message"}`."""

    async def answer(request: web.Request) -> web.StreamResponse:
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if request.headers.get("X-API-Key", bearer) != PIKA_KEY:
            return _told(401, "Invalid API key.")
        try:
            return await handler(request)
        except OwnRefusal as refused:
            return _told(refused.status, refused.message)

    return answer


def _told(status: int, message: str) -> web.Response:
    return web.json_response({"message": message}, status=status)


def _operation(request: web.Request) -> Operation:
    operation = OPERATIONS.get(request.match_info["api_id"])
    if operation is None:
        raise OwnRefusal(404, "Unknown operation.")
    return operation


def _object(text: str) -> dict[str, Any]:
    try:
        body = json.loads(text)
    except ValueError as error:
        raise OwnRefusal(422, "The body is not valid JSON.") from error
    if not isinstance(body, dict):
        raise OwnRefusal(422, "The body must be a JSON object.")
    return body


def _sorted(body: dict[str, Any]) -> str:
    return json.dumps(body, sort_keys=True)
