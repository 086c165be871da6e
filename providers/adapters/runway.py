"""Runway's developer API, version 2024-11-06.

Runway has no client id, no task list and no callback. Creates therefore go through its Model
Router by default: a router that allows one model only chooses nothing, but it keeps a log of
the tasks it made, which is the one way to find a task whose answer was lost.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urlsplit

from providers.adapters import runway_answers as answers
from providers.adapters.runway_body import (
    check,
    file_name,
    plain_body,
    router_input,
    too_big_to_inline,
)
from providers.adapters.runway_usage import UsageDay, usage_days
from providers.answers import parsed, text_in, unknown
from providers.base import Steps
from providers.errors import CallbackRefused, Invalid, OutOfCredits, ProviderError, Unavailable
from providers.types import (
    Accepted,
    Call,
    CallbackNews,
    CancelOutcome,
    ClipRequest,
    GenerationMode,
    Picture,
    Progress,
    ResolveKind,
    TaskRef,
    TaskState,
    Trace,
)

SLOTS = 8
# Our clock and Runway's may differ; a task older than this before the send is another's.
CLOCK_SLACK = timedelta(minutes=5)
PAGE_SIZE = "50"
MOST_PAGES = 20


class Runway:
    """`router=False` uses the plain endpoints, where only the bill tells about a lost create.

    `namespace` keeps the routers of two installations that share a key apart.
    """

    provider: ClassVar[str] = "runway"
    states: ClassVar[Mapping[str, TaskState]] = answers.STATES
    codes: ClassVar[Mapping[str, type[ProviderError]]] = answers.CODES

    def __init__(
        self, *, base_url: str, key: str, router: bool = True, namespace: str = "dailies"
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._key = key
        self._router = router
        self._namespace = namespace
        # Router ids by slug, learned once for each process: a slug never changes its router.
        self._router_ids: dict[str, str] = {}

    @property
    def resolve_kind(self) -> ResolveKind:
        return ResolveKind.LIST if self._router else ResolveKind.BILL

    def match_key(self, request: ClipRequest) -> str:
        """The router's log names no prompt, so its slug is all that tells submissions apart;
        on the plain endpoints nothing is echoed and equal requests are the only doubt."""
        told = self.slug(request) if self._router else _fingerprint(request)
        return hashlib.sha256(f"runway|{told}".encode()).hexdigest()

    def slug(self, request: ClipRequest) -> str:
        """The router for this request: one of eight per model, so that different requests can
        be submitted side by side."""
        model = re.sub(r"[^a-z0-9]+", "-", request.model.lower()).strip("-")
        return f"{self._namespace}-{model}-{int(_fingerprint(request)[:8], 16) % SLOTS}"

    def prepare(self, request: ClipRequest) -> Steps[ClipRequest]:
        check(request)
        first = yield from self._uploaded(request.first_frame, role="first")
        last = yield from self._uploaded(request.last_frame, role="last")
        request = replace(request, first_frame=first, last_frame=last)
        if self._router:
            yield from self._ensure_router(request)
        return request

    def submit(self, request: ClipRequest, *, client_ref: str) -> Steps[Accepted]:
        if self._router:
            path = "/v1/generate/video"
            body = {"configId": self.slug(request), "input": router_input(request)}
        else:
            with_picture = request.generation_mode is GenerationMode.IMAGE_TO_VIDEO
            path = "/v1/image_to_video" if with_picture else "/v1/text_to_video"
            body = plain_body(request)
        reply = yield self._call("POST", path, json=body, creates=True, read_timeout=120.0)
        if self._router and answers.router_gone(reply):
            # Somebody deleted the router; nothing was made, and `prepare` makes it again.
            self._router_ids.pop(self.slug(request), None)
            raise Unavailable("Runway's router is gone.", provider=self.provider, code="no_router")
        return answers.accepted(reply)

    def poll(self, task: TaskRef) -> Steps[Progress]:
        reply = yield self._call("GET", f"/v1/tasks/{task.task_id}")
        if reply.status == 404 and parsed(reply) is not None:
            return Progress(state=TaskState.GONE)
        body = answers.success(reply)
        if body.get("id", task.task_id) != task.task_id:
            raise Unavailable("Runway answered about another task.", provider=self.provider)
        return answers.progress(body)

    def cancel(self, task: TaskRef) -> Steps[CancelOutcome]:
        """Looks first, because deleting a finished task destroys its output, and because credits
        come back only for one that has not begun. After the delete the task is unknown to Runway,
        so a later poll says GONE."""
        seen = yield from self.poll(task)
        if seen.state not in (TaskState.QUEUED, TaskState.PROCESSING):
            return CancelOutcome.TOO_LATE
        reply = yield self._call("DELETE", f"/v1/tasks/{task.task_id}", accept="*/*")
        if reply.status == 404:
            return CancelOutcome.TOO_LATE
        if not 200 <= reply.status < 300:
            raise answers.refused(reply, creates=False)
        unbegun = seen.state is TaskState.QUEUED
        return CancelOutcome.WITHDRAWN if unbegun else CancelOutcome.CANCELLED

    def find(self, trace: Trace) -> Steps[tuple[str, ...]]:
        if not self._router:
            raise unknown(self.provider)
        slug = self.slug(trace.request)
        if slug not in self._router_ids:
            yield from self._learn_router(slug)
        if slug not in self._router_ids:
            # Every create is preceded by making its router: it was deleted, and its log too.
            raise unknown(self.provider, code="no_router")
        path = f"/v1/routers/{self._router_ids[slug]}/requests"
        try:
            logged = yield from self._list(path, since=trace.since - CLOCK_SLACK)
        except Invalid as gone:
            self._router_ids.pop(slug, None)
            raise unknown(self.provider, code="no_router") from gone
        made = dict.fromkeys(text_in(entry, "taskId") for entry in logged)
        return tuple(task_id for task_id in made if task_id and task_id not in trace.known)

    def download(self, url: str) -> Call:
        """Runway's output addresses carry their own signature and want no key."""
        return Call(method="GET", url=url, headers={"Accept": "*/*"})

    def read_callback(self, headers: Mapping[str, str], body: bytes) -> CallbackNews:
        raise CallbackRefused("Runway sends no callbacks.")

    def probe(self) -> Steps[None]:
        balance = answers.success((yield self._call("GET", "/v1/organization"))).get(
            "creditBalance"
        )
        if isinstance(balance, int | float) and balance <= 0:
            raise OutOfCredits("Runway is out of credits.", provider=self.provider)

    def usage(self, *, first: date, until: date) -> Steps[tuple[UsageDay, ...]]:
        """What each day and model came to, `until` not included; Runway tells no task ids.
        At most 90 days."""
        body = {"startDate": first.isoformat(), "beforeDate": until.isoformat()}
        reply = yield self._call("POST", "/v1/organization/usage", json=body)
        return usage_days(answers.success(reply))

    def _call(
        self, method: str, path: str, *, accept: str = "application/json", **rest: Any
    ) -> Call:
        headers = {
            "Authorization": f"Bearer {self._key}",
            "X-Runway-Version": "2024-11-06",
            "Accept": accept,
        }
        if method != "GET":
            headers["Content-Type"] = "application/json"
        return Call(method=method, url=self._base_url + path, headers=headers, **rest)

    def _uploaded(self, picture: Picture | None, *, role: str) -> Steps[Picture | None]:
        if picture is None or not too_big_to_inline(picture):
            return picture
        name = file_name(picture, role=role)
        place = answers.success(
            (yield self._call("POST", "/v1/uploads", json={"filename": name, "type": "ephemeral"}))
        )
        uri, target, fields = (
            text_in(place, "runwayUri"),
            text_in(place, "uploadUrl"),
            place.get("fields"),
        )
        if not uri or not self._may_receive(target) or not isinstance(fields, dict):
            raise Unavailable("Runway offered no place for the picture.", provider=self.provider)
        # The storage host is not Runway's: it gets the form and no key.
        stored = yield Call(
            method="POST",
            url=target,
            headers={"Accept": "*/*"},
            form={str(field): str(value) for field, value in fields.items()},
            files={"file": (name, picture.content, picture.media_type)},
            read_timeout=120.0,
        )
        if not 200 <= stored.status < 300:
            raise Unavailable(
                "Runway did not take the picture.", provider=self.provider, code="upload_failed"
            )
        return replace(picture, uri=uri)

    def _may_receive(self, target: str) -> bool:
        place, own = urlsplit(target), urlsplit(self._base_url)
        return place.scheme == "https" or (place.scheme, place.netloc) == (own.scheme, own.netloc)

    def _ensure_router(self, request: ClipRequest) -> Steps[None]:
        slug = self.slug(request)
        if slug in self._router_ids:
            return
        settings = {
            "optimizeFor": "cost",
            "models": {"mode": "allowlist_only", "ids": [request.model]},
            "fallback": {"onCapacity": False},
        }
        reply = yield self._call("POST", "/v1/routers", json={"slug": slug, "settings": settings})
        if reply.status in (400, 409, 422):
            # Most likely an earlier run of ours made it.
            yield from self._learn_router(slug)
            if slug not in self._router_ids:
                raise answers.refused(reply, creates=False)
            return
        router_id = text_in(answers.success(reply), "id")
        if not router_id:
            raise Unavailable("Runway made no router.", provider=self.provider)
        self._router_ids[slug] = router_id

    def _learn_router(self, slug: str) -> Steps[None]:
        for router in (yield from self._list("/v1/routers")):
            if text_in(router, "slug") == slug and text_in(router, "id"):
                self._router_ids[slug] = text_in(router, "id")

    def _list(self, path: str, *, since: datetime | None = None) -> Steps[list[dict[str, Any]]]:
        """All entries of a list made at `since` or later. Raises Unavailable for a list longer
        than we read, because half a list proves nothing."""
        entries: list[dict[str, Any]] = []
        params = {"limit": PAGE_SIZE}
        for _ in range(MOST_PAGES):
            body = answers.success((yield self._call("GET", path, params=params)))
            data = body.get("data")
            if not isinstance(data, list):
                raise Unavailable("Runway's list cannot be read.", provider=self.provider)
            page = [entry for entry in data if isinstance(entry, dict)]
            entries += [entry for entry in page if not _before(entry, since)]
            cursor = text_in(body, "nextCursor")
            if not cursor or _falls_to(page, since):
                return entries
            params = {"limit": PAGE_SIZE, "cursor": cursor}
        raise Unavailable("Runway's list is too long to read.", provider=self.provider)


def _fingerprint(request: ClipRequest) -> str:
    frames = (request.first_frame, request.last_frame)
    parts = (
        request.model,
        request.prompt,
        request.seconds,
        request.wire_ratio,
        request.resolution,
        request.seed,
        *(frame.sha256 if frame else "" for frame in frames),
    )
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _before(entry: Mapping[str, Any], since: datetime | None) -> bool:
    made = answers.made_at(entry)
    return since is not None and made is not None and made < since


def _falls_to(page: list[dict[str, Any]], since: datetime | None) -> bool:
    """Whether a page, newest first, ends before the time that matters."""
    newest, oldest = (answers.made_at(page[i]) for i in (0, -1)) if page else (None, None)
    falling = newest is not None and oldest is not None and newest >= oldest
    return falling and _before(page[-1], since)
