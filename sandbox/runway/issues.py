"""Runway's refusals: every error body in one place, in the form of its validator."""

from collections.abc import Sequence
from typing import Any

from aiohttp import web

DOCS = "https://docs.dev.runwayml.com/api"
Issue = dict[str, Any]
Path = Sequence[str | int]


def wrong_type(path: Path, *, expected: str, received: str) -> Issue:
    message = f"Invalid input: expected {expected}, received {received}"
    return {"code": "invalid_type", "expected": expected, "path": list(path), "message": message}


def not_listed(path: Path, *, values: Sequence[object]) -> Issue:
    shown = "|".join(f'"{value}"' if isinstance(value, str) else str(value) for value in values)
    message = f"Invalid option: expected one of {shown}"
    return {"code": "invalid_value", "values": list(values), "path": list(path), "message": message}


def too_big(path: Path, *, maximum: int, origin: str = "number") -> Issue:
    return _size("too_big", path, "maximum", maximum, origin, f"Too big: expected {origin}", "<=")


def too_small(path: Path, *, minimum: int, origin: str = "number") -> Issue:
    return _size(
        "too_small", path, "minimum", minimum, origin, f"Too small: expected {origin}", ">="
    )


def unknown_keys(keys: Sequence[str]) -> Issue:
    shown = ", ".join(f'"{key}"' for key in keys)
    message = f"Unrecognized key{'s' if len(keys) > 1 else ''}: {shown}"
    return {"code": "unrecognized_keys", "keys": list(keys), "path": [], "message": message}


def unknown_model() -> Issue:
    return {
        "code": "invalid_union",
        "errors": [],
        "note": "No matching discriminator",
        "discriminator": "model",
        "path": ["model"],
        "message": "Invalid input",
    }


def custom(path: Path, *, message: str) -> Issue:
    return {"code": "custom", "path": list(path), "message": message}


def validation_failed(issues: Sequence[Issue]) -> web.Response:
    body = {"error": "Validation of body failed", "issues": list(issues), "docUrl": DOCS}
    return web.json_response(body, status=400)


def refused(message: str, *, status: int = 400) -> web.Response:
    body = {"error": message, "docUrl": DOCS} if status == 400 else {"error": message}
    return web.json_response(body, status=status)


def _size(
    code: str, path: Path, bound: str, value: int, origin: str, text: str, sign: str
) -> Issue:
    unit = " characters" if origin == "string" else ""
    return {
        "code": code,
        bound: value,
        "type": origin,
        "inclusive": True,
        "origin": origin,
        "message": f"{text} to {'have ' if unit else 'be '}{sign}{value}{unit}",
        "path": list(path),
    }
