"""Kling: the new standard with an API key, the legacy one with an access and a secret key.

New: the model is in the path, lengths are numbers, tasks come in a list. Legacy: the model is
in the body, lengths are text, the bearer is a short-lived JWT. Both take an id of ours, which
finds a task whose create call brought no answer.
"""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from typing import Any, ClassVar
from urllib.parse import quote

from providers.adapters.kling_answers import (
    CODES,
    create_error,
    data_of,
    is_unknown_task,
    look_error,
    progress_of,
    read_task,
)
from providers.adapters.kling_bodies import legacy_body, new_body
from providers.adapters.verdicts import objects_in
from providers.answers import parsed
from providers.base import Steps
from providers.errors import CallbackRefused, ProviderError, Unavailable
from providers.signatures import verify_standard_webhook
from providers.types import (
    Accepted,
    Call,
    CallbackNews,
    CancelOutcome,
    ClipRequest,
    GenerationMode,
    Progress,
    Reply,
    ResolveKind,
    TaskRef,
    TaskState,
    Trace,
)

NEW_PATHS: Mapping[GenerationMode, str] = {
    GenerationMode.TEXT_TO_VIDEO: "text-to-video",
    GenerationMode.IMAGE_TO_VIDEO: "image-to-video",
}
LEGACY_PATHS: Mapping[GenerationMode, str] = {
    GenerationMode.TEXT_TO_VIDEO: "text2video",
    GenerationMode.IMAGE_TO_VIDEO: "image2video",
}
JWT_SECONDS = 1800
JWT_SKEW_SECONDS = 5


class Kling:
    """Kling's HTTP, translated. With `key` the new standard, else the legacy one."""

    provider: ClassVar[str] = "kling"
    codes: ClassVar[Mapping[str, type[ProviderError]]] = CODES
    resolve_kind: ResolveKind = ResolveKind.CLIENT_ID

    def __init__(
        self,
        *,
        base_url: str,
        key: str = "",
        access_key: str = "",
        secret_key: str = "",
        callback_secret: str = "",
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._key = key
        self._access_key = access_key
        self._secret_key = secret_key
        self._callback_secret = callback_secret
        self._clock = clock
        self._legacy = not key and bool(access_key)

    def match_key(self, request: ClipRequest) -> str:
        """Empty: tasks are found by our own id, so equal requests may be open side by side."""
        return ""

    def prepare(self, request: ClipRequest) -> Steps[ClipRequest]:
        """No calls: Kling takes pictures inside the create. Raises Invalid where the request
        cannot be expressed, before anything is claimed for it."""
        self._creation(request, client_ref="")
        yield from ()
        return request

    def submit(self, request: ClipRequest, *, client_ref: str) -> Steps[Accepted]:
        """Create the task under our id. A repeated id raises OutcomeUnknown, code "1201"."""
        path, body = self._creation(request, client_ref=client_ref)
        reply = yield self._call("POST", path, json=body, creates=True, read_timeout=120.0)
        data = data_of(reply)
        task = read_task(data) if isinstance(data, dict) else None
        if task is None or not task.task_id:
            raise create_error(reply, client_ref=client_ref)
        return Accepted(task_id=task.task_id)

    def poll(self, task: TaskRef) -> Steps[Progress]:
        """One look. An id that Kling does not know is GONE, not an error."""
        data = yield from self._ask(
            params={"task_ids": task.task_id},
            identifier=task.task_id,
            generation_mode=task.generation_mode,
        )
        found = [read_task(entry) for entry in data]
        mine = [entry for entry in found if entry.task_id == task.task_id]
        if mine:
            return progress_of(mine[0])
        if found:
            raise Unavailable("the answer is about another task", provider=self.provider)
        return Progress(state=TaskState.GONE)

    def cancel(self, task: TaskRef) -> Steps[CancelOutcome]:
        """Kling has no cancel: the task runs on and is deducted."""
        yield from ()
        return CancelOutcome.UNSUPPORTED

    def find(self, trace: Trace) -> Steps[tuple[str, ...]]:
        """The task made under our id, if there is one."""
        data = yield from self._ask(
            params={"external_task_ids": trace.client_ref},
            identifier=trace.client_ref,
            generation_mode=trace.request.generation_mode,
        )
        found = [read_task(entry) for entry in data]
        ids = {task.task_id for task in found if task.client_ref in (trace.client_ref, "")}
        return tuple(sorted(ids - trace.known - {""}))

    def download(self, url: str) -> Call:
        """Files lie on a public host that refuses calls with a Referer; no key goes there."""
        return Call(method="GET", url=url)

    def read_callback(self, headers: Mapping[str, str], body: bytes) -> CallbackNews:
        """Which task moved, from either standard's body.

        Kling signs callbacks only once a webhook secret exists. With one configured here the
        signature must hold; without one anybody could have sent this, so it is only a hint to
        poll, which is all that callers may use it for.
        """
        event_id = hashlib.sha256(body).hexdigest()
        if self._callback_secret:
            event_id = verify_standard_webhook(headers, body, secret=self._callback_secret)
        news = parsed(Reply(status=200, headers={}, body=body))
        task = read_task(news) if news else None
        if task is None or not task.task_id:
            raise CallbackRefused("the body names no task")
        return CallbackNews(
            task_id=task.task_id,
            event_id=event_id,
            client_ref=task.client_ref,
            says_ended=progress_of(task).state in (TaskState.SUCCEEDED, TaskState.FAILED),
        )

    def probe(self) -> Steps[None]:
        """Ask for a task that does not exist: free, and answered only to a good key."""
        yield from self._ask(
            params={"external_task_ids": "probe"},
            identifier="probe",
            generation_mode=GenerationMode.TEXT_TO_VIDEO,
        )

    def _creation(self, request: ClipRequest, *, client_ref: str) -> tuple[str, dict[str, Any]]:
        """Path and body of the create, by the standard that our credentials allow."""
        if self._legacy:
            path = f"/v1/videos/{LEGACY_PATHS[request.generation_mode]}"
            return path, legacy_body(request, client_ref=client_ref)
        path = f"/{NEW_PATHS[request.generation_mode]}/{quote(request.model, safe='')}"
        return path, new_body(request, client_ref=client_ref)

    def _ask(
        self, *, params: Mapping[str, str], identifier: str, generation_mode: GenerationMode
    ) -> Steps[tuple[dict[str, Any], ...]]:
        """Tasks by query (new) or by one id of either kind in the path (legacy)."""
        if not self._legacy:
            reply = yield self._call("GET", "/tasks", params=params)
            data = data_of(reply)
            if not isinstance(data, list):
                raise look_error(reply)
            return objects_in(data)
        path = f"/v1/videos/{LEGACY_PATHS[generation_mode]}/{quote(identifier, safe='')}"
        reply = yield self._call("GET", path)
        if is_unknown_task(reply):
            return ()
        data = data_of(reply)
        if not isinstance(data, dict):
            raise look_error(reply)
        return (data,)

    def _call(self, method: str, path: str, **rest: Any) -> Call:
        bearer = self._key
        if self._legacy:
            bearer = signed_token(self._access_key, secret_key=self._secret_key, now=self._clock())
        headers = {"Authorization": f"Bearer {bearer}"}
        return Call(method=method, url=self._base_url + path, headers=headers, **rest)


def signed_token(access_key: str, *, secret_key: str, now: float) -> str:
    """The legacy standard's bearer: an HS256 JWT, good for half an hour from `now` (seconds)."""
    payload = {"iss": access_key, "exp": int(now) + JWT_SECONDS, "nbf": int(now) - JWT_SKEW_SECONDS}
    signed = _encoded({"alg": "HS256", "typ": "JWT"}) + b"." + _encoded(payload)
    signature = hmac.new(secret_key.encode(), signed, hashlib.sha256).digest()
    return (signed + b"." + _unpadded(signature)).decode()


def _encoded(part: Mapping[str, Any]) -> bytes:
    return _unpadded(json.dumps(part, separators=(",", ":")).encode())


def _unpadded(content: bytes) -> bytes:
    return base64.urlsafe_b64encode(content).rstrip(b"=")
