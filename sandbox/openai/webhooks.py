"""Webhook endpoints of the OpenAI project, and the signed events that go to them."""

import json
import uuid
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from sandbox.callbacks import standard_signature
from sandbox.desk import Desk
from sandbox.keys import OPENAI_WEBHOOK_SECRET
from sandbox.openai.errors import Refused, refusal
from sandbox.pictures import is_loopback
from sandbox.tasks import State, Task

KIND = "openai-webhook"
EVENTS = {State.SUCCEEDED: "video.completed", State.FAILED: "video.failed"}


class Webhooks:
    """Kept as records; the signing secret is shown at the creation, and is always the same one:
    a vendor's would be another for each endpoint, and set up by a person."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def create(self, request: web.Request) -> web.Response:
        body = await request.json()
        name, url, types = body.get("name"), body.get("url"), body.get("event_types")
        if not isinstance(name, str) or not isinstance(types, list) or not types:
            raise Refused("'name' and 'event_types' are required.", param="event_types")
        if not isinstance(url, str) or not is_loopback(urlsplit(url).hostname):
            raise Refused("The sandbox delivers webhooks on this machine only.", param="url")
        now = int(self.desk.clock.now())
        endpoint = {
            "id": f"we_{uuid.uuid4().hex}",
            "object": "webhook_endpoint",
            "created_at": now,
            "updated_at": now,
            "name": name,
            "url": url,
            "event_types": types,
            "signing_secret_hint": f"whsec_…{OPENAI_WEBHOOK_SECRET[-4:]}",
        }
        kept = {**endpoint, "signing_secret": OPENAI_WEBHOOK_SECRET}
        self.desk.database.set_record(KIND, key=str(endpoint["id"]), value=kept, at=now)
        return web.json_response(kept)

    async def list(self, request: web.Request) -> web.Response:
        rows = [_shown(kept) for kept in self.desk.database.records(KIND).values()]
        return web.json_response(
            {
                "object": "list",
                "data": rows,
                "first_id": rows[0]["id"] if rows else None,
                "last_id": rows[-1]["id"] if rows else None,
                "has_more": False,
            }
        )

    async def retrieve(self, request: web.Request) -> web.Response:
        kept = self.desk.database.record(KIND, key=request.match_info["id"])
        return web.json_response(_shown(kept)) if kept else _unknown()

    async def delete(self, request: web.Request) -> web.Response:
        name = request.match_info["id"]
        if not self.desk.database.drop_record(KIND, key=name):
            return _unknown()
        answer = {"id": name, "object": "webhook_endpoint.deleted", "deleted": True}
        return web.json_response(answer)

    def announce(self, task: Task) -> None:
        """Sends the event of a finished task; the body carries only the video's id."""
        event = EVENTS.get(State(task.outcome)) if task.outcome else None
        for kept in self.desk.database.records(KIND).values():
            if event in kept["event_types"]:
                self._send(task, event=str(event), kept=kept)

    def _send(self, task: Task, *, event: str, kept: dict[str, Any]) -> None:
        now = int(self.desk.clock.now())
        content = {
            "id": f"evt_{uuid.uuid4().hex}",
            "object": "event",
            "created_at": now,
            "type": event,
            "data": {"id": task.task_id},
        }
        body = json.dumps(content).encode()
        message_id = f"wh_{uuid.uuid4().hex}"
        signature = standard_signature(
            kept["signing_secret"], message_id=message_id, timestamp=now, body=body
        )
        headers = {
            "Content-Type": "application/json",
            "webhook-id": message_id,
            "webhook-timestamp": str(now),
            "webhook-signature": signature,
        }
        self.desk.callbacks.send(kept["url"], body=body, headers=headers)


def _shown(kept: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in kept.items() if name != "signing_secret"}


def _unknown() -> web.Response:
    return refusal("No such webhook endpoint.", status=404, code="not_found")
