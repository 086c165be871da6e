"""What an answer says by itself, before a vendor's own words are read.

A create call is refused only by an answer that proves it; whatever else comes back leaves
open whether money was spent. A look (poll, list, upload) spends nothing, so its errors are
at worst a reason to look again.
"""

import re
from collections.abc import Mapping
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

REFUSALS: Mapping[int, type[ProviderError]] = {
    400: Invalid,
    401: AuthRefused,
    402: OutOfCredits,
    403: AuthRefused,
    404: Invalid,
    405: Invalid,
    413: Invalid,
    415: Invalid,
    422: Invalid,
}
# A refused key is told in our own words: vendors quote parts of the key in theirs.
OWN_WORDS: Mapping[type[ProviderError], str] = {
    AuthRefused: "the key was refused",
    OutcomeUnknown: "the answer does not tell whether the request was accepted",
}
REASON_LENGTH = 200


def class_of_create(reply: Reply) -> type[ProviderError]:
    """The class of a create call's answer that carries no task, by its HTTP status."""
    if reply.status == 429:
        return RateLimited
    if object_in(reply) is None:
        return OutcomeUnknown
    return REFUSALS.get(reply.status, OutcomeUnknown)


def class_of_look(reply: Reply) -> type[ProviderError]:
    """The class of a failed free call, by its HTTP status."""
    if reply.status == 429:
        return RateLimited
    if reply.status in (401, 402, 403):
        return REFUSALS[reply.status]
    return Unavailable


def told(
    kind: type[ProviderError], reply: Reply, *, provider: str, code: str = "", reason: str = ""
) -> ProviderError:
    """The error of class `kind` for this answer, ready to raise."""
    return kind(
        OWN_WORDS.get(kind) or brief(reason) or f"HTTP {reply.status}",
        provider=provider,
        code=code,
        status=reply.status,
        billed=None if kind is OutcomeUnknown else False,
        retry_after=retry_after(reply),
    )


def object_in(reply: Reply) -> dict[str, Any] | None:
    """The JSON object in the body, None when the body holds anything else."""
    try:
        parsed = reply.json()
    except ValueError:
        return None
    return parsed if isinstance(parsed, dict) else None


def as_object(value: object) -> dict[str, Any]:
    """`value` when it is an object, else an empty one: vendors leave parts out at will."""
    return value if isinstance(value, dict) else {}


def objects_in(value: object) -> tuple[dict[str, Any], ...]:
    """The objects in a list, none when `value` is not a list."""
    if not isinstance(value, list):
        return ()
    return tuple(entry for entry in value if isinstance(entry, dict))


def text_in(value: object) -> str:
    """`value` when it is text or a whole number (ids are sent as either), else ""."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def brief(text: str) -> str:
    """One line of a vendor's message, short enough for a page."""
    line = re.sub(r"[\x00-\x1f\x7f\s]+", " ", text).strip()
    return line if len(line) <= REASON_LENGTH else line[: REASON_LENGTH - 1] + "…"


def retry_after(reply: Reply) -> float | None:
    """Seconds from `Retry-After`; a date there is ignored, no vendor of ours sends one."""
    value = reply.headers.get("retry-after", "")
    return float(value) if re.fullmatch(r"\d{1,6}(\.\d+)?", value) else None
