"""What fal's answers mean. fal says COMPLETED for failures too, so the words decide."""

import re
from collections.abc import Mapping
from typing import Any

from providers.adapters.verdicts import (
    as_object,
    create_verdict,
    look_verdict,
    objects_in,
    text_of,
)
from providers.answers import parsed, refusal, retry_after, safe_reason
from providers.errors import (
    AuthRefused,
    Invalid,
    Moderated,
    OutcomeUnknown,
    OutOfCredits,
    OutputBad,
    ProviderError,
    RateLimited,
    TookTooLong,
    Unavailable,
)
from providers.types import Progress, Reply, TaskState

PROVIDER = "pika"

# A timeout of fal's own is worth another try at once, so it counts as Unavailable; one at the
# deadline that we set is not.
CODES: Mapping[str, type[ProviderError]] = {
    "missing": Invalid,
    "string_type": Invalid,
    "literal_error": Invalid,
    "greater_than": Invalid,
    "greater_than_equal": Invalid,
    "less_than": Invalid,
    "less_than_equal": Invalid,
    "multiple_of": Invalid,
    "one_of": Invalid,
    "feature_not_supported": Invalid,
    "image_too_small": Invalid,
    "image_too_large": Invalid,
    "image_load_error": Invalid,
    "file_too_large": Invalid,
    "file_download_error": Invalid,
    "unsupported_image_format": Invalid,
    "unsupported_video_format": Invalid,
    "unsupported_audio_format": Invalid,
    "video_duration_too_long": Invalid,
    "video_duration_too_short": Invalid,
    "audio_duration_too_long": Invalid,
    "audio_duration_too_short": Invalid,
    "face_detection_error": Invalid,
    "bad_request": Invalid,
    "content_policy_violation": Moderated,
    "no_media_generated": Moderated,
    "internal_server_error": Unavailable,
    "internal_error": Unavailable,
    "generation_timeout": Unavailable,
    "startup_timeout": Unavailable,
    "downstream_service_error": Unavailable,
    "downstream_service_unavailable": Unavailable,
    "runner_scheduling_failure": Unavailable,
    "runner_connection_timeout": Unavailable,
    "runner_disconnected": Unavailable,
    "runner_connection_refused": Unavailable,
    "runner_connection_error": Unavailable,
    "runner_incomplete_response": Unavailable,
    "runner_server_error": Unavailable,
    "request_timeout": TookTooLong,
    "concurrent_requests_limit": RateLimited,
}
CANCELLED_CODES = frozenset({"client_cancelled", "client_disconnected"})
# fal charges for outputs, so a refused prompt costs nothing; these two come after the model has
# worked, and fal says that it may charge for its time.
MAYBE_BILLED = frozenset({"no_media_generated", "face_detection_error"})
MONEY_WORDS = re.compile(r"\b(balance|locked|credits?)\b", re.IGNORECASE)
STATES: Mapping[str, TaskState] = {
    "IN_QUEUE": TaskState.QUEUED,
    "IN_PROGRESS": TaskState.PROCESSING,
    "COMPLETED": TaskState.SUCCEEDED,
}


def create_error(reply: Reply) -> ProviderError:
    """Why a submit brought no task. An empty balance is refused like a bad key, with a word
    about it in the text."""
    code, message = code_and_message(reply)
    kind: type[ProviderError] = type(refusal(reply, provider=PROVIDER, creates=True))
    if kind is AuthRefused and MONEY_WORDS.search(message):
        kind = OutOfCredits
    if kind is Invalid:
        kind = CODES.get(code, Invalid)
    if kind is Unavailable:
        kind = OutcomeUnknown  # trouble inside does not prove that nothing was queued
    return create_verdict(reply, provider=PROVIDER, kind=kind, code=code, reason=message)


def look_error(reply: Reply) -> ProviderError:
    """Why a free call failed; never says anything about a task."""
    code, message = code_and_message(reply)
    short_of_money = reply.status in (401, 403) and MONEY_WORDS.search(message)
    kind = OutOfCredits if short_of_money else None
    return look_verdict(reply, provider=PROVIDER, kind=kind, code=code, reason=message)


def progress_of_status(status: Mapping[str, Any]) -> Progress | None:
    """The status answer in our words; None when only the result tells how the task ended."""
    word = text_of(status.get("status"))
    state = STATES.get(word)
    if state is None:
        return Progress(state=TaskState.PROCESSING, unknown_word=word or "(none)")
    if state is not TaskState.SUCCEEDED:
        return Progress(state=state)
    code = text_of(status.get("error_type"))
    if code in CODES or code in CANCELLED_CODES:
        return _ended_badly(code, message=text_of(status.get("error")))
    return None


def progress_of_result(reply: Reply, *, status: Mapping[str, Any]) -> Progress:
    """How a task ended, from its result and the status that led there.

    A result that fails without fal's own error words says nothing about the task: it is raised
    as the look's error, and the next look asks again.
    """
    if reply.status == 404:
        return Progress(state=TaskState.GONE)
    output = parsed(reply)
    if reply.status == 200 and output is not None:
        return _progress_of_output(output, status=status)
    code, message = code_and_message(reply)
    if reply.status in (401, 402, 403, 429) or (not code and reply.status not in (400, 422)):
        raise look_error(reply)
    retryable = reply.headers.get("x-fal-retryable", "").lower() == "true"
    return _ended_badly(code, message=message, reply=reply, retryable=retryable)


def made_clip(reply: Reply) -> Progress | None:
    """A result that names its file; None for any other answer."""
    output = parsed(reply) if reply.status == 200 else None
    told = _progress_of_output(output, status={}) if output is not None else None
    return told if told is not None and told.state is TaskState.SUCCEEDED else None


def code_and_message(reply: Reply) -> tuple[str, str]:
    """fal's error word and sentence: `detail` is a list for a model's errors and text for the
    platform's, whose word stands beside it or in a header."""
    body = parsed(reply) or {}
    code = text_of(body.get("error_type")) or reply.headers.get("x-fal-error-type", "")
    entries = objects_in(body.get("detail"))
    if not entries:
        message = body.get("detail") or body.get("message") or body.get("error")
        return code, text_of(message)
    known = [entry for entry in entries if entry.get("type") in CODES] or list(entries)
    place = [text_of(part) for part in known[0].get("loc") or () if part != "body"]
    sentence = text_of(known[0].get("msg"))
    return text_of(known[0].get("type")) or code, ": ".join([*place, sentence])


def _progress_of_output(output: Mapping[str, Any], *, status: Mapping[str, Any]) -> Progress:
    if status.get("error") or status.get("error_type"):
        code = text_of(status.get("error_type"))
        return _ended_badly(code, message=text_of(status.get("error")))
    url = text_of(as_object(output.get("video")).get("url"))
    if url:
        return Progress(state=TaskState.SUCCEEDED, output_url=url)
    failure = OutputBad(
        "the finished task names no file", provider=PROVIDER, code="no_output", billed=None
    )
    return Progress(state=TaskState.FAILED, failure=failure)


def _ended_badly(
    code: str, *, message: str, reply: Reply | None = None, retryable: bool = False
) -> Progress:
    if code in CANCELLED_CODES:
        return Progress(state=TaskState.CANCELLED)
    refused = reply is not None and reply.status in (400, 422)
    kind = CODES.get(code) or (Invalid if refused else Unavailable)
    if retryable and kind is Invalid:
        kind = Unavailable
    failure = kind(
        safe_reason(message, fallback="The task failed."),
        provider=PROVIDER,
        code=code,
        status=reply.status if reply else None,
        billed=None if code in MAYBE_BILLED or code not in CODES else False,
        retry_after=retry_after(reply) if reply else None,
    )
    return Progress(state=TaskState.FAILED, failure=failure)
