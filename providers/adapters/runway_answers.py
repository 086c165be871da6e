"""Runway's answers in our words: accepted, refused, how far, and at what cost."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from providers.answers import parsed, refusal, safe_reason, text_in, unknown
from providers.errors import (
    Invalid,
    Moderated,
    OutOfCredits,
    OutputBad,
    ProviderError,
    Unavailable,
)
from providers.types import Accepted, Progress, Reply, TaskState, VendorCost

PROVIDER = "runway"
MICROS_PER_CREDIT = 10_000
# A 429 on a create is the model's daily cap over a rolling day; asking sooner is in vain.
DAILY_CAP_PAUSE = 3600.0
POLL_PAUSE = 30.0
_TASK_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")

STATES: Mapping[str, TaskState] = {
    "PENDING": TaskState.QUEUED,
    "THROTTLED": TaskState.QUEUED,
    "RUNNING": TaskState.PROCESSING,
    "SUCCEEDED": TaskState.SUCCEEDED,
    "FAILED": TaskState.FAILED,
    "CANCELLED": TaskState.CANCELLED,
}
# By the beginning of the code, the longest match decides. What a failure costs stands in the
# task's own `cost`, never in its code.
CODES: Mapping[str, type[ProviderError]] = {
    "SAFETY": Moderated,
    "SAFETY.INPUT": Moderated,
    "SAFETY.OUTPUT": Moderated,
    "INPUT_PREPROCESSING.SAFETY": Moderated,
    "INPUT_PREPROCESSING.INTERNAL": Unavailable,
    "ASSET.INVALID": Invalid,
    "INTERNAL": Unavailable,
    "INTERNAL.BAD_OUTPUT": Unavailable,
    "THIRD_PARTY.UNAVAILABLE": Unavailable,
}
_REASONS: Mapping[type[ProviderError], str] = {
    Moderated: "Refused by Runway's content moderation.",
    Invalid: "Runway could not use the picture.",
    Unavailable: "Runway failed while making the clip.",
}


def accepted(reply: Reply) -> Accepted:
    """The task of a create, or the failure class of its answer."""
    body = parsed(reply)
    if not 200 <= reply.status < 300:
        raise refused(reply, creates=True)
    task_id = text_in(body, "id")
    if body is None or not _TASK_ID.fullmatch(task_id):
        raise unknown(PROVIDER, status=reply.status)
    routing = body.get("routing")
    told = routing if isinstance(routing, dict) else body
    return Accepted(task_id=task_id, ceiling=cost(told.get("estimatedCost")))


def success(reply: Reply) -> dict[str, Any]:
    """The body of a free call's good answer; raises the failure class of any other."""
    body = parsed(reply)
    if not 200 <= reply.status < 300:
        raise refused(reply, creates=False)
    if body is None:
        raise Unavailable("Runway's answer cannot be read.", provider=PROVIDER, status=reply.status)
    return body


def refused(reply: Reply, *, creates: bool) -> ProviderError:
    """Why Runway did not do it. It says so in words, not codes: out of credits is a 400."""
    body = parsed(reply)
    words = text_in(body, "error", "message")
    if reply.status == 400 and "enough credits" in words.lower():
        return OutOfCredits("Runway is out of credits.", provider=PROVIDER, status=400)
    if creates and reply.status in (502, 503):
        # Documented load shedding: nothing was made. 504 is not believed to say the same.
        return Unavailable("Runway is overloaded.", provider=PROVIDER, status=reply.status)
    return refusal(
        reply,
        provider=PROVIDER,
        creates=creates,
        reason=_issue(body) or words,
        pause=DAILY_CAP_PAUSE if creates else POLL_PAUSE,
    )


def router_gone(reply: Reply) -> bool:
    """Whether a create was refused because its router was deleted."""
    body = parsed(reply)
    words = text_in(body, "code", "error", "message").lower().replace(" ", "_")
    missing = reply.status == 404 or "router_config_not_found" in words
    return body is not None and missing and 400 <= reply.status < 500


def progress(body: Mapping[str, Any]) -> Progress:
    """A task's state; a failed one always carries its failure and, where told, its cost."""
    word = text_in(body, "status")
    state = STATES.get(word)
    if state is None:
        return Progress(state=TaskState.PROCESSING, unknown_word=word or "(no status)")
    charged = cost(body.get("cost"))
    if state is TaskState.FAILED:
        return Progress(state=state, failure=failure(body), cost=charged)
    if state is TaskState.SUCCEEDED:
        return _succeeded(body, charged)
    return Progress(state=state, percent=_percent(body.get("progress")), cost=charged)


def failure(body: Mapping[str, Any]) -> ProviderError:
    """The class of a failed task; `failure` itself is meant for Runway's own people."""
    code = text_in(body, "failureCode")
    known = [prefix for prefix in CODES if code == prefix or code.startswith(prefix + ".")]
    kind = CODES[max(known, key=len)] if known else Unavailable
    return kind(_REASONS[kind], provider=PROVIDER, code=code, billed=None)


def cost(told: object) -> VendorCost | None:
    """`{"credits": 60}` in money: a credit is one cent. None where nothing usable is told."""
    credits_told = told.get("credits") if isinstance(told, dict) else None
    if isinstance(credits_told, bool) or not isinstance(credits_told, int | float | str):
        return None
    try:
        micros = Decimal(str(credits_told)) * MICROS_PER_CREDIT
        rounded = int(micros.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    except (InvalidOperation, ValueError, OverflowError):
        return None
    return VendorCost(micros=rounded, native_amount=str(credits_told), native_unit="credit")


def made_at(entry: Mapping[str, Any]) -> datetime | None:
    """When a list entry was made; None when it does not say."""
    try:
        moment = datetime.fromisoformat(text_in(entry, "createdAt"))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _succeeded(body: Mapping[str, Any], charged: VendorCost | None) -> Progress:
    output = body.get("output")
    url = output[0] if isinstance(output, list) and output else ""
    if not isinstance(url, str) or not url:
        empty = OutputBad("Runway finished without a file.", provider=PROVIDER, billed=None)
        empty.code = "no_output"
        return Progress(state=TaskState.FAILED, failure=empty, cost=charged)
    return Progress(state=TaskState.SUCCEEDED, output_url=url, cost=charged)


def _percent(told: object) -> int | None:
    if isinstance(told, bool) or not isinstance(told, int | float) or not 0 <= told <= 1:
        return None
    return int(Decimal(str(told)) * 100)


def _issue(body: Mapping[str, Any] | None) -> str:
    """The first complaint of a 400, with the field that it is about."""
    issues = (body or {}).get("issues")
    if not isinstance(issues, list) or not issues or not isinstance(issues[0], dict):
        return ""
    path = issues[0].get("path")
    field = ".".join(str(step) for step in path) if isinstance(path, list) else ""
    message = text_in(issues[0], "message")
    return safe_reason(f"{field}: {message}" if field else message, fallback="")
