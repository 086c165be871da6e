"""Reading a vendor's answer: what every vendor's HTTP has in common.

An adapter looks first at what its vendor says in the body, and leaves the rest to `refusal`.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from providers.errors import (
    AuthRefused,
    Invalid,
    OutcomeUnknown,
    OutOfCredits,
    ProviderError,
    RateLimited,
    Unavailable,
)
from providers.types import Reply

REASON_LENGTH = 200
_KEYS = re.compile(r"(?i)\b(?:bearer\s+|basic\s+|sk-|key_|api-key-|whsec_)[\w.:+/=*-]+")
_REFUSED = frozenset({400, 402, 404, 405, 411, 413, 414, 415, 422, 431})


def parsed(reply: Reply) -> dict[str, Any] | None:
    """The body when it is a JSON object, else None."""
    try:
        body = reply.json()
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def text_in(body: Mapping[str, Any] | None, *names: str) -> str:
    """The first non-empty text among some fields, "" when there is none."""
    for name in names:
        value = (body or {}).get(name)
        if isinstance(value, str) and value:
            return value
    return ""


def safe_reason(text: str, *, fallback: str) -> str:
    """A vendor's words made fit to show: one line, short, nothing that looks like a key."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    line = _KEYS.sub("[key]", line)
    if len(line) > REASON_LENGTH:
        line = line[: REASON_LENGTH - 1] + "…"
    return line or fallback


def retry_after(reply: Reply) -> float | None:
    """The pause that the vendor asks for, in seconds; None when it names none."""
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        value = reply.headers.get(name, "").strip()
        if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", value):
            return float(value) / unit
    return _until(reply.headers.get("retry-after", ""))


def _until(moment: str) -> float | None:
    try:
        when = parsedate_to_datetime(moment)
    except (TypeError, ValueError):
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())


def refusal(
    reply: Reply,
    *,
    provider: str,
    creates: bool,
    reason: str = "",
    code: str = "",
    pause: float | None = None,
) -> ProviderError:
    """The failure class of an answer that is no success, by its status alone.

    With `creates`, whatever does not prove a refusal is OutcomeUnknown: the vendor may have
    taken the request. `pause` (seconds) serves where a 429 names no time.
    """
    status = reply.status
    known = {"provider": provider, "code": code, "status": status}
    if status in (401, 403):
        return AuthRefused(f"Key refused by {provider}.", **known)  # type: ignore[arg-type]
    if status == 429:
        return RateLimited(
            safe_reason(reason, fallback=f"{provider} asks us to wait."),
            provider=provider,
            code=code,
            status=status,
            retry_after=retry_after(reply) if retry_after(reply) is not None else pause,
        )
    words = safe_reason(reason, fallback=f"{provider} answered {status}.")
    if status in _REFUSED and parsed(reply) is not None:
        kind = OutOfCredits if status == 402 else Invalid
        return kind(words, **known)  # type: ignore[arg-type]
    if creates:
        return unknown(provider, status=status, code=code)
    return Unavailable(words, **known, retry_after=retry_after(reply))  # type: ignore[arg-type]


def unknown(provider: str, *, status: int | None = None, code: str = "") -> OutcomeUnknown:
    """A create whose answer proves nothing."""
    return OutcomeUnknown(
        f"{provider} may or may not have taken the request.",
        provider=provider,
        code=code,
        status=status,
        billed=None,
    )
