"""What a create call asks for, whichever standard it came in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sandbox.kling.refusals import invalid

Body = Mapping[str, object]


@dataclass(frozen=True)
class KlingAsk:
    """A valid create call. `model` is the name as sent, `version` the new-standard name that
    prices and parallel slots are counted by; frames are a URL or raw base64."""

    standard: Literal["new", "legacy"]
    kind: Literal["text", "image"]
    model: str
    version: str
    prompt: str
    seconds: int
    resolution: str
    ratio: str
    sound: bool
    first_frame: str
    last_frame: str
    external_id: str
    callback_url: str
    watermark: bool


def text(body: Body, field: str, *, limit: int = 0, required: bool = False, path: str = "") -> str:
    """A string field or "" when absent; raises KlingRefusal naming the field by `path`."""
    name = path or field
    value = body.get(field)
    if value is None or value == "":
        if required:
            raise invalid(name, "is required")
        return ""
    if not isinstance(value, str):
        raise invalid(name, "must be a string")
    if limit and len(value) > limit:
        raise invalid(name, f"length must be at most {limit} characters")
    return value


def choice(body: Body, field: str, *, among: tuple[str, ...], default: str, path: str = "") -> str:
    """One word out of `among`; the first listed refusal names what was sent."""
    value = body.get(field, default)
    if not isinstance(value, str) or value not in among:
        raise invalid(path or field, f"value {value!r} is invalid")
    return value


def section(body: Body, field: str) -> Body:
    """A nested object, empty when absent."""
    value = body.get(field)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise invalid(field, "must be an object")
    return value


def watermark(body: Body) -> bool:
    """`watermark_info.enabled`, false when absent."""
    enabled = section(body, "watermark_info").get("enabled", False)
    if not isinstance(enabled, bool):
        raise invalid("watermark_info.enabled", "must be a boolean")
    return enabled
