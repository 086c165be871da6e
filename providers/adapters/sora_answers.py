"""OpenAI's answers about videos in our words."""

import re
from collections.abc import Mapping
from typing import Any

from providers.answers import parsed, refusal, retry_after, safe_reason, text_in, unknown
from providers.errors import (
    AuthRefused,
    Invalid,
    Moderated,
    OutOfCredits,
    ProviderError,
    RateLimited,
    Unavailable,
)
from providers.types import Accepted, ClipRequest, Progress, Reply, TaskState

PROVIDER = "sora"
TASK_ID = re.compile(r"[A-Za-z0-9_-]{4,128}")

STATES: Mapping[str, TaskState] = {
    "queued": TaskState.QUEUED,
    "in_progress": TaskState.PROCESSING,
    "completed": TaskState.SUCCEEDED,
    "failed": TaskState.FAILED,
    "expired": TaskState.FAILED,
}
CODES: Mapping[str, type[ProviderError]] = {
    "invalid_request_error": Invalid,
    "moderation_blocked": Moderated,
    "invalid_api_key": AuthRefused,
    "unsupported_country_region_territory": AuthRefused,
    "model_not_found": Unavailable,
    "requests": RateLimited,
    "tokens": RateLimited,
    "rate_limit_exceeded": RateLimited,
    "slow_down": RateLimited,
    "insufficient_quota": OutOfCredits,
    "credit_balance_exhausted": OutOfCredits,
    "organization_spend_limit_exceeded": OutOfCredits,
    "project_spend_limit_exceeded": OutOfCredits,
    "organization_usage_limit_exceeded": OutOfCredits,
    "server_error": Unavailable,
    "server_is_overloaded": Unavailable,
    "service_unavailable": Unavailable,
}
# Documented as refused before any work. A bare 5xx proves nothing.
_OVERLOADED = frozenset({"server_is_overloaded", "service_unavailable"})
_MODERATION_WORDS = ("moderation", "policy", "safety")
_SHOWN: Mapping[type[ProviderError], str] = {
    OutOfCredits: "OpenAI is out of credits.",
    Unavailable: "OpenAI is not available.",
    Moderated: "Refused by OpenAI's content moderation.",
}


def accepted(reply: Reply) -> Accepted:
    """The video of a create, or the failure class of its answer."""
    if not 200 <= reply.status < 300:
        raise refused(reply, creates=True)
    task_id = text_in(parsed(reply), "id")
    if not TASK_ID.fullmatch(task_id):
        raise unknown(PROVIDER, status=reply.status)
    return Accepted(task_id=task_id)


def success(reply: Reply) -> dict[str, Any]:
    """The body of a free call's good answer; raises the failure class of any other."""
    if not 200 <= reply.status < 300:
        raise refused(reply, creates=False)
    body = parsed(reply)
    if body is None:
        raise Unavailable("OpenAI's answer cannot be read.", provider=PROVIDER)
    return body


def progress(video: Mapping[str, Any], *, output_url: str) -> Progress:
    """A video's state; `output_url` is where its file is once it is completed."""
    word = text_in(video, "status")
    state = STATES.get(word)
    if state is None:
        return Progress(state=TaskState.PROCESSING, unknown_word=word or "(no status)")
    if state is TaskState.FAILED:
        return Progress(state=state, failure=failure(video))
    if state is TaskState.SUCCEEDED:
        return Progress(state=state, output_url=output_url)
    return Progress(state=state, percent=_percent(video.get("progress")))


def failure(video: Mapping[str, Any]) -> ProviderError:
    """The class of a failed video. OpenAI does not document what a failure costs: its own
    faults count as free, for a moderated video the offer decides, an unknown code counts as
    charged until the bill is in."""
    error = _error(video)
    code = text_in(error, "code")
    kind = CODES.get(code, Unavailable)
    if code not in CODES and any(word in code.lower() for word in _MODERATION_WORDS):
        kind = Moderated
    reason = safe_reason(text_in(error, "message"), fallback="OpenAI could not make the clip.")
    billed = False if code in CODES and kind is not Moderated else None
    return kind(reason, provider=PROVIDER, code=code, billed=billed)


def refused(reply: Reply, *, creates: bool) -> ProviderError:
    """Why OpenAI did not do it. No money is a 429, like too many requests."""
    error = _error(parsed(reply))
    code, param = text_in(error, "code", "type"), text_in(error, "param")
    message = text_in(error, "message")
    kind = _kind(reply.status, error)
    if kind is not None:
        return kind(
            _SHOWN[kind],
            provider=PROVIDER,
            code=code,
            status=reply.status,
            retry_after=retry_after(reply) if kind is Unavailable else None,
        )
    reason = f"{param}: {message}" if param else message
    return refusal(reply, provider=PROVIDER, creates=creates, reason=reason, code=code)


def entries(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The entries of a list answer. Raises Unavailable when it holds no list."""
    data = body.get("data")
    if not isinstance(data, list):
        raise Unavailable("OpenAI's list cannot be read.", provider=PROVIDER)
    return [entry for entry in data if isinstance(entry, dict)]


def echoes(video: Mapping[str, Any], request: ClipRequest) -> bool:
    """Whether a listed video may be the one asked for. A dated snapshot answers for its model,
    and a prompt that is not told rules nothing out."""
    model = re.fullmatch(re.escape(request.model) + r"(-\d{4}-\d\d-\d\d)?", text_in(video, "model"))
    prompt = video.get("prompt")
    return (
        model is not None
        and str(video.get("seconds")) == str(request.seconds)
        and text_in(video, "size") == request.wire_ratio
        and (prompt is None or prompt == request.prompt)
    )


def created_at(video: Mapping[str, Any]) -> float:
    """Unix seconds; for ever young when not told, so that it is never passed over."""
    created = video.get("created_at")
    return float(created) if isinstance(created, int | float) else float("inf")


def _kind(status: int, error: Mapping[str, Any]) -> type[ProviderError] | None:
    """Where OpenAI's words say more than the status; None where the status decides."""
    words = {text_in(error, "code"), text_in(error, "type")}
    named = {CODES.get(word) for word in words}
    if status == 429 and OutOfCredits in named:
        return OutOfCredits
    if status == 400 and Moderated in named:
        return Moderated
    # A model, or the whole API, that was switched off.
    if (status in (404, 410) and error) or (status == 503 and words & _OVERLOADED):
        return Unavailable
    return None


def _percent(told: object) -> int | None:
    if isinstance(told, bool) or not isinstance(told, int | float) or not 0 <= told <= 100:
        return None
    return int(told)


def _error(body: Mapping[str, Any] | None) -> Mapping[str, Any]:
    error = (body or {}).get("error")
    return error if isinstance(error, dict) else {}
