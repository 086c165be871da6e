"""Who may call fal's hosts, and fal's error answers."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.keys import FAL_KEY
from sandbox.pika.fal.inputs import BadInput

NO_KEY = "Authentication is required to access this application."
WRONG_KEY = "No user found for Key ID and Secret"


def keyed(handler: Handler) -> Handler:
    """Lets a call through if it carries the sandbox's fal key; 401 with a `detail` otherwise."""

    async def answer(request: web.Request) -> web.StreamResponse:
        header = request.headers.get("Authorization", "")
        if not header.startswith("Key "):
            return told(401, NO_KEY)
        if header != f"Key {FAL_KEY}":
            return told(401, WRONG_KEY)
        return await handler(request)

    return answer


def told(status: int, detail: object, *, kind: str = "", request_id: str = "") -> web.Response:
    """An error answer; `kind` is repeated in the header as the infrastructure's errors are."""
    body: dict[str, object] = {"detail": detail}
    headers = {"x-fal-request-id": request_id or "sandbox"}
    if kind:
        body["error_type"] = kind
        headers["X-Fal-Error-Type"] = kind
    return web.json_response(body, status=status, headers=headers)


async def json_object(request: web.Request) -> dict[str, Any]:
    """The request's JSON object; raises BadInput."""
    try:
        body = json.loads(await request.text())
    except ValueError:
        body = None
    if not isinstance(body, dict):
        message = "Input should be a valid dictionary"
        raise BadInput([{"loc": ["body"], "msg": message, "type": "dict_type", "input": None}])
    return body
