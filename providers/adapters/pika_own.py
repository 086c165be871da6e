"""Pika through its own developer API, chosen by `transport="pika"`.

The create call carries our reference as `Idempotency-Key`: the same body with the same key
gives back the same job. There is no list to look a lost job up in, so `find` cannot answer
and `replays` tells the engine to resolve by sending the very same create again. A failed job
is replayed too, so every attempt needs a reference of its own.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import quote, urlsplit

from providers.adapters.verdicts import as_object, create_verdict, look_verdict, text_of
from providers.answers import parsed, safe_reason
from providers.base import Steps
from providers.errors import (
    CallbackRefused,
    Invalid,
    Moderated,
    OutcomeUnknown,
    OutOfCredits,
    OutputBad,
    ProviderError,
    RateLimited,
    Unavailable,
)
from providers.types import (
    Accepted,
    Call,
    CallbackNews,
    CancelOutcome,
    ClipRequest,
    GenerationMode,
    Picture,
    Progress,
    Reply,
    ResolveKind,
    TaskRef,
    TaskState,
    Trace,
)

CODES: Mapping[str, type[ProviderError]] = {
    "invalid_input": Invalid,
    "rate_limited": RateLimited,
    "insufficient_balance": OutOfCredits,
    "membership_required": OutOfCredits,
    "cycle_limit_exceeded": OutOfCredits,
    "usage_limit_exceeded": OutOfCredits,
    "admission_suspended": OutOfCredits,
    "content_moderation": Moderated,
    "provider_unavailable": Unavailable,
    "provider_timeout": Unavailable,
    "timed_out": Unavailable,
    "provider_error": Unavailable,
    "internal": Unavailable,
}
STATES: Mapping[str, TaskState] = {
    "queued": TaskState.QUEUED,
    "running": TaskState.PROCESSING,
    "completed": TaskState.SUCCEEDED,
    "failed": TaskState.FAILED,
}
SUB_PATHS: Mapping[GenerationMode, str] = {
    GenerationMode.TEXT_TO_VIDEO: "text-to-video",
    GenerationMode.IMAGE_TO_VIDEO: "image-to-video",
}


class PikaOwn:
    """Pika's own API, translated."""

    provider: ClassVar[str] = "pika"
    codes: ClassVar[Mapping[str, type[ProviderError]]] = CODES
    resolve_kind: ResolveKind = ResolveKind.CLIENT_ID
    replays: ClassVar[bool] = True

    def __init__(self, *, base_url: str, key: str) -> None:
        self._base_url = base_url.rstrip("/")
        self._key = key

    def match_key(self, request: ClipRequest) -> str:
        """Empty: a create is repeated by our own key, so equal requests may be open at once."""
        return ""

    def prepare(self, request: ClipRequest) -> Steps[ClipRequest]:
        """Upload the picture: this API refuses data URIs. Raises Invalid where the request
        cannot be expressed, before anything is claimed for it."""
        operation_of(request)
        picture = request.first_frame
        if picture is not None and not picture.uri:
            uri = yield from self._upload(picture)
            request = replace(request, first_frame=replace(picture, uri=uri))
        new_body(request)
        return request

    def submit(self, request: ClipRequest, *, client_ref: str) -> Steps[Accepted]:
        """Create the job, or be given the one that `client_ref` has already made."""
        call = self._call(
            "POST",
            f"/v1/media/{quote(operation_of(request))}",
            json=new_body(request),
            creates=True,
            read_timeout=120.0,
        )
        reply = yield replace(call, headers={**call.headers, "Idempotency-Key": client_ref})
        job_id = text_of((parsed(reply) or {}).get("id"))
        if reply.status not in (200, 201, 202) or not job_id:
            raise _create_error(reply)
        return Accepted(task_id=job_id)

    def poll(self, task: TaskRef) -> Steps[Progress]:
        """One look, and a second call for the address where the job does not carry it."""
        reply = yield self._call("GET", f"/v1/media/jobs/{quote(task.task_id, safe='')}")
        if reply.status == 404:
            return Progress(state=TaskState.GONE)
        job = parsed(reply)
        if reply.status != 200 or job is None:
            raise _look_error(reply)
        word = text_of(job.get("status"))
        state = STATES.get(word)
        if state is None:
            return Progress(state=TaskState.PROCESSING, unknown_word=word or "(none)")
        if state is TaskState.FAILED:
            return Progress(state=state, failure=_failure_of(as_object(job.get("error"))))
        if state is TaskState.SUCCEEDED:
            return (yield from self._finished(job, task=task))
        return Progress(state=state)

    def cancel(self, task: TaskRef) -> Steps[CancelOutcome]:
        """This API has no cancel."""
        yield from ()
        return CancelOutcome.UNSUPPORTED

    def find(self, trace: Trace) -> Steps[tuple[str, ...]]:
        """Jobs cannot be looked up; see `replays`."""
        yield from ()
        raise OutcomeUnknown("Pika lists no jobs", provider=self.provider, billed=None)

    def download(self, url: str) -> Call:
        """Output files need no key."""
        return Call(method="GET", url=url)

    def read_callback(self, headers: Mapping[str, str], body: bytes) -> CallbackNews:
        """Always refused: how this API signs callbacks is not known."""
        raise CallbackRefused("Pika's own API sends no callback that we can verify")

    def probe(self) -> Steps[None]:
        """Ask for the balance."""
        reply = yield self._call("GET", "/billing/balance")
        if reply.status != 200:
            raise _look_error(reply)

    def _finished(self, job: Mapping[str, Any], *, task: TaskRef) -> Steps[Progress]:
        url = text_of(as_object(as_object(job.get("output")).get("video")).get("url"))
        if not url:
            path = f"/v1/media/jobs/{quote(task.task_id, safe='')}/content"
            reply = yield self._call("GET", path)
            if reply.status != 200:
                raise _look_error(reply)
            url = text_of((parsed(reply) or {}).get("url"))
        if url:
            return Progress(state=TaskState.SUCCEEDED, output_url=url)
        failure = OutputBad(
            "the finished job names no file", provider="pika", code="no_output", billed=None
        )
        return Progress(state=TaskState.FAILED, failure=failure)

    def _upload(self, picture: Picture) -> Steps[str]:
        size = len(picture.content)
        asked = {"content_type": picture.media_type, "size_bytes": size}
        reply = yield self._call("POST", "/v1/media/uploads", json=asked)
        grant = parsed(reply) or {}
        target, url = text_of(grant.get("upload_url")), text_of(grant.get("url"))
        if reply.status not in (200, 201) or not self._may_go_to(target) or not url:
            raise _look_error(reply)
        # The grant is signed for exactly these headers, and our key is not among them.
        headers = {str(k): str(v) for k, v in as_object(grant.get("headers")).items()}
        stored = yield Call(method="PUT", url=target, headers=headers, body=picture.content)
        if stored.status not in (200, 201, 204):
            raise Unavailable(
                f"the upload answered HTTP {stored.status}", provider="pika", status=stored.status
            )
        return url

    def _may_go_to(self, url: str) -> bool:
        target, ours = urlsplit(url), urlsplit(self._base_url)
        return target.scheme == "https" or target[:2] == ours[:2]

    def _call(self, method: str, path: str, **rest: Any) -> Call:
        headers = {"X-API-Key": self._key}
        return Call(method=method, url=self._base_url + path, headers=headers, **rest)


def operation_of(request: ClipRequest) -> str:
    """Pika's `api_id`, with the mode's sub-path added where the model names only a version.

    Raises Invalid for a last frame: how its keyframe operation names the pictures is not known.
    """
    if request.last_frame is not None:
        raise Invalid("Pika takes no last frame here", provider="pika")
    model, wanted = request.model.strip("/"), SUB_PATHS[request.generation_mode]
    last = model.rpartition("/")[2]
    if last not in SUB_PATHS.values():
        return f"{model}/{wanted}"
    if last != wanted:
        raise Invalid(f"{model} does not do {wanted}", provider="pika")
    return model


def new_body(request: ClipRequest) -> dict[str, Any]:
    """The create body. Raises Invalid for what this API cannot express."""
    body: dict[str, Any] = {"prompt": request.prompt, "duration_s": request.seconds}
    if request.generation_mode is GenerationMode.IMAGE_TO_VIDEO:
        if request.first_frame is None or not request.first_frame.uri:
            raise Invalid("image to video needs an uploaded first frame", provider="pika")
        body["image"] = request.first_frame.uri
    if request.resolution:
        body["resolution"] = request.resolution
    if request.negative_prompt:
        body["negative_prompt"] = request.negative_prompt
    if request.seed is not None:
        body["seed"] = request.seed
    return {**body, **request.options}


def _create_error(reply: Reply) -> ProviderError:
    """A 409 is ambiguous by the status table, and rightly: our key has made a job before."""
    code, message = _code_and_message(reply)
    kind = CODES.get(code)
    if reply.status == 409 or reply.status >= 500:
        kind = None
    return create_verdict(reply, provider="pika", kind=kind, code=code, reason=message)


def _look_error(reply: Reply) -> ProviderError:
    code, message = _code_and_message(reply)
    kind = CODES.get(code)
    return look_verdict(reply, provider="pika", kind=kind, code=code, reason=message)


def _code_and_message(reply: Reply) -> tuple[str, str]:
    """`{"message"}` for a refused call; a refused job's `error` holds a code beside it."""
    body = parsed(reply) or {}
    error = as_object(body.get("error"))
    return text_of(error.get("code")), text_of(body.get("message") or error.get("message"))


def _failure_of(error: Mapping[str, Any]) -> ProviderError:
    """Pika charges for success only; a code that we do not know may be an exception."""
    code = text_of(error.get("code"))
    reason = safe_reason(text_of(error.get("message")), fallback="The job failed.")
    billed = False if code in CODES else None
    return CODES.get(code, Unavailable)(reason, provider="pika", code=code, billed=billed)
