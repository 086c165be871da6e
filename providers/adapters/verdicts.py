"""From an answer and a vendor's own word to an error, and careful reading of JSON parts.

`providers.answers` judges an answer by its HTTP status; here a vendor's code has the last
word, and parts that a vendor left out read as empty.
"""

from typing import Any

from providers.answers import refusal, retry_after, safe_reason, unknown
from providers.errors import (
    AuthRefused,
    Invalid,
    Moderated,
    OutcomeUnknown,
    ProviderError,
    Unavailable,
)
from providers.types import Reply


def create_verdict(
    reply: Reply,
    *,
    provider: str,
    kind: type[ProviderError] | None,
    code: str,
    reason: str,
) -> ProviderError:
    """Why a create call brought no task: `kind` where the vendor's code decides, else what the
    status proves."""
    if kind is None:
        return refusal(reply, provider=provider, creates=True, reason=reason, code=code)
    if kind is OutcomeUnknown:
        return unknown(provider, status=reply.status, code=code)
    return _told(kind, reply, provider=provider, code=code, reason=reason)


def look_verdict(
    reply: Reply,
    *,
    provider: str,
    kind: type[ProviderError] | None,
    code: str,
    reason: str,
) -> ProviderError:
    """Why a free call failed. It proves nothing about a task, so whatever is not about our key,
    our money or our pace is Unavailable: look again."""
    if kind is None:
        kind = type(refusal(reply, provider=provider, creates=False))
    if kind in (Invalid, Moderated):
        kind = Unavailable
    return _told(kind, reply, provider=provider, code=code, reason=reason)


def as_object(value: object) -> dict[str, Any]:
    """`value` when it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def objects_in(value: object) -> tuple[dict[str, Any], ...]:
    """The objects in a list, none when `value` is not a list."""
    if not isinstance(value, list):
        return ()
    return tuple(entry for entry in value if isinstance(entry, dict))


def text_of(value: object) -> str:
    """`value` when it is text or a whole number (ids are sent as either), else ""."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def _told(
    kind: type[ProviderError], reply: Reply, *, provider: str, code: str, reason: str
) -> ProviderError:
    words = safe_reason(reason, fallback=f"{provider} answered {reply.status}.")
    if kind is AuthRefused:
        # Vendors quote parts of the key when they refuse it.
        words = f"Key refused by {provider}."
    return kind(
        words,
        provider=provider,
        code=code,
        status=reply.status,
        retry_after=retry_after(reply),
    )
