"""OpenAI's Videos API (Sora), and whoever else speaks it at another address.

There is no client id, but the list echoes the prompt, so a create whose answer was lost is
found again by what it asked for. There is no cancel.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import urlsplit

from providers.adapters import sora_answers as answers
from providers.answers import parsed, text_in
from providers.base import Steps
from providers.errors import CallbackRefused, Invalid, ProviderError, Unavailable
from providers.signatures import verify_standard_webhook
from providers.types import (
    Accepted,
    Call,
    CallbackNews,
    CancelOutcome,
    ClipRequest,
    GenerationMode,
    Progress,
    ResolveKind,
    TaskRef,
    TaskState,
    Trace,
)

CLOCK_SLACK = timedelta(minutes=5)
PAGE_SIZE = "100"
MOST_PAGES = 20
EVENTS = ("video.completed", "video.failed")
_EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}


class Sora:
    """`base_url` ends in the API's version, as in "https://api.openai.com/v1"."""

    provider: ClassVar[str] = "sora"
    states: ClassVar[Mapping[str, TaskState]] = answers.STATES
    codes: ClassVar[Mapping[str, type[ProviderError]]] = answers.CODES

    def __init__(self, *, base_url: str, key: str, callback_secret: str = "") -> None:
        self._base_url = base_url.rstrip("/")
        self._key = key
        self._callback_secret = callback_secret

    @property
    def resolve_kind(self) -> ResolveKind:
        return ResolveKind.LIST

    def match_key(self, request: ClipRequest) -> str:
        """The list echoes model, prompt, seconds and size, and no picture."""
        told = [request.model, request.prompt, str(request.seconds), request.wire_ratio]
        return hashlib.sha256(json.dumps(["sora", *told]).encode()).hexdigest()

    def prepare(self, request: ClipRequest) -> Steps[ClipRequest]:
        yield from ()  # nothing has to be asked before the create
        return request

    def submit(self, request: ClipRequest, *, client_ref: str) -> Steps[Accepted]:
        reply = yield self._call(
            "POST",
            "/videos",
            form=_form(request),
            files=_files(request),
            multipart=True,
            creates=True,
            read_timeout=120.0,
        )
        return answers.accepted(reply)

    def poll(self, task: TaskRef) -> Steps[Progress]:
        reply = yield self._call("GET", f"/videos/{task.task_id}")
        if reply.status == 404 and parsed(reply) is not None:
            return Progress(state=TaskState.GONE)
        video = answers.success(reply)
        if video.get("id", task.task_id) != task.task_id:
            raise Unavailable("OpenAI answered about another video.", provider=self.provider)
        return answers.progress(video, output_url=f"{self._base_url}/videos/{task.task_id}/content")

    def cancel(self, task: TaskRef) -> Steps[CancelOutcome]:
        yield from ()  # this API has no cancel; its delete is for finished videos
        return CancelOutcome.UNSUPPORTED

    def find(self, trace: Trace) -> Steps[tuple[str, ...]]:
        since = int((trace.since - CLOCK_SLACK).timestamp())
        found: list[str] = []
        params = {"limit": PAGE_SIZE, "order": "desc"}
        for _ in range(MOST_PAGES):
            body = answers.success((yield self._call("GET", "/videos", params=params)))
            page = answers.entries(body)
            recent = [video for video in page if answers.created_at(video) >= since]
            found += [
                text_in(video, "id") for video in recent if answers.echoes(video, trace.request)
            ]
            last = text_in(body, "last_id") or (text_in(page[-1], "id") if page else "")
            if not body.get("has_more") or not last or len(recent) < len(page):
                return tuple(id_ for id_ in dict.fromkeys(found) if id_ not in trace.known)
            params = {"after": last, "limit": PAGE_SIZE, "order": "desc"}
        raise Unavailable("OpenAI's list is too long to read.", provider=self.provider)

    def download(self, url: str) -> Call:
        """The content address wants the key; any other host must not see it."""
        headers = {"Accept": "application/binary"}
        place, own = urlsplit(url), urlsplit(self._base_url)
        if (place.scheme, place.netloc) == (own.scheme, own.netloc):
            headers["Authorization"] = f"Bearer {self._key}"
        return Call(method="GET", url=url, headers=headers)

    def read_callback(self, headers: Mapping[str, str], body: bytes) -> CallbackNews:
        event_id = verify_standard_webhook(headers, body, secret=self._callback_secret)
        try:
            event = json.loads(body)
        except ValueError as fault:
            raise CallbackRefused("The callback's body is not JSON.") from fault
        data = event.get("data") if isinstance(event, dict) else None
        task_id = text_in(data, "id") if isinstance(data, dict) else ""
        if not answers.TASK_ID.fullmatch(task_id) or not text_in(event, "type").startswith(
            "video."
        ):
            raise CallbackRefused("The callback is not about a video.")
        return CallbackNews(task_id=task_id, event_id=event_id)

    def call_back_at(self, url: str) -> Steps[bool]:
        """Have the project's ends told to `url`; False where they already are."""
        listed = answers.success((yield self._call("GET", "/webhook_endpoints")))
        if any(text_in(endpoint, "url") == url for endpoint in answers.entries(listed)):
            return False
        wanted = {"name": "dailies", "url": url, "event_types": [*EVENTS]}
        answers.success((yield self._call("POST", "/webhook_endpoints", json=wanted)))
        return True

    def probe(self) -> Steps[None]:
        answers.success((yield self._call("GET", "/videos", params={"limit": "1"})))

    def _call(self, method: str, path: str, **rest: Any) -> Call:
        headers = {"Authorization": f"Bearer {self._key}", "Accept": "application/json"}
        return Call(method=method, url=self._base_url + path, headers=headers, **rest)


def _form(request: ClipRequest) -> dict[str, str]:
    form = {
        "prompt": request.prompt,
        "model": request.model,
        "seconds": str(request.seconds),
        "size": request.wire_ratio,
    }
    extras = {name: str(value) for name, value in request.options.items()}
    return {name: value for name, value in form.items() if value} | extras


def _files(request: ClipRequest) -> dict[str, tuple[str, bytes, str]] | None:
    picture = request.first_frame
    wants = request.generation_mode is GenerationMode.IMAGE_TO_VIDEO
    if request.last_frame is not None or wants is not (picture is not None):
        raise Invalid(
            "Sora takes one picture, as the first frame.", provider="sora", code="not_expressible"
        )
    if picture is None:
        return None
    name = f"first.{_EXTENSIONS.get(picture.media_type, 'png')}"
    return {"input_reference": (name, picture.content, picture.media_type)}
