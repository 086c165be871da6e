"""fal's platform API: the list of an account's own requests, and prices."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime

from aiohttp import web

from sandbox.desk import Desk
from sandbox.invoice import moment
from sandbox.pika.fal.endpoints import ENDPOINTS
from sandbox.pika.fal.gate import keyed, told
from sandbox.pika.fal.reading import Json
from sandbox.pika.fal.records import PROVIDER, failure_of, video_of
from sandbox.pika.pricing import fal_terms
from sandbox.tasks import State, Task

DAY = 86400.0
MOST = 100


class Platform:
    """`/v1/models/…`. A request is listed from its acceptance on, newest first."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/v1/models/requests/by-endpoint", keyed(self.requests)),
            web.get("/v1/models/pricing", keyed(self.pricing)),
        ]

    async def requests(self, request: web.Request) -> web.StreamResponse:
        """Query: endpoint_id, start, end (ISO), limit, status, expand=payloads, cursor."""
        query = request.query
        if "endpoint_id" not in query:
            return told(422, "endpoint_id is required")
        try:
            now = self.desk.clock.now()
            start = _instant(query.get("start"), default=now - DAY)
            end = _instant(query.get("end"), default=now + 1)
            limit = min(MOST, max(1, int(query.get("limit", "50"))))
            offset = _read_cursor(query.get("cursor", ""))
        except ValueError as error:
            return told(422, str(error))
        tasks = [
            task
            for task in self._tasks(query.getall("endpoint_id"))
            if start <= task.created_at <= end
            and query.get("status", _outcome(task)) == _outcome(task)
        ]
        shown = tasks[offset : offset + limit]
        with_payloads = "payloads" in query.get("expand", "")
        more = len(tasks) > offset + limit
        return web.json_response(
            {
                "items": [self._item(task, payloads=with_payloads) for task in shown],
                "next_cursor": _cursor(offset + limit) if more else None,
                "has_more": more,
            }
        )

    async def pricing(self, request: web.Request) -> web.StreamResponse:
        """Query: endpoint_id, once or more."""
        known = [
            ENDPOINTS[word] for word in request.query.getall("endpoint_id", []) if word in ENDPOINTS
        ]
        if not known:
            return told(404, "No pricing for these endpoints")
        prices = [
            {
                "endpoint_id": endpoint.endpoint_id,
                "unit_price": fal_terms(self.desk, endpoint).micros_per_second / 1_000_000,
                "unit": "seconds",
                "currency": "USD",
            }
            for endpoint in known
        ]
        return web.json_response({"prices": prices, "next_cursor": None, "has_more": False})

    def _tasks(self, endpoint_ids: list[str]) -> list[Task]:
        wanted = {word for given in endpoint_ids for word in given.split(",")}
        tasks = self.desk.tasks.of(PROVIDER)
        return [task for task in reversed(tasks) if task.model in wanted]

    def _item(self, task: Task, *, payloads: bool) -> Json:
        """One entry. While it runs there is no end, no status code and no output."""
        now = self.desk.clock.now()
        item: Json = {
            "request_id": task.task_id,
            "endpoint_id": task.model,
            "sent_at": moment(task.created_at),
            "started_at": moment(task.started_at) if task.started_at <= now else None,
            "ended_at": moment(task.finished_at),
            "status_code": _status_code(task),
            "duration": round(task.finished_at - task.started_at, 3) if task.finished_at else None,
        }
        if payloads and task.extra["keeps_io"]:
            item["json_input"] = dict(task.body)
            good = task.outcome == State.SUCCEEDED
            item["json_output"] = video_of(self.desk, task).output() if good else None
        return item


def _status_code(task: Task) -> int | None:
    if task.finished_at is None:
        return None
    failure = failure_of(task, state=State(task.outcome))
    return failure.status if failure else 200


def _outcome(task: Task) -> str:
    code = _status_code(task)
    if code is None or code == 200:
        return "success" if code else ""
    return "user_error" if code < 500 else "error"


def _instant(value: str | None, *, default: float) -> float:
    """An ISO date or moment as Unix seconds, UTC when it names no zone."""
    if not value:
        return default
    parsed = datetime.fromisoformat(value.replace(" ", "+"))
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp()


def _cursor(offset: int) -> str:
    return base64.urlsafe_b64encode(f"after:{offset}".encode()).decode()


def _read_cursor(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.urlsafe_b64decode(cursor).decode().removeprefix("after:"))
    except (binascii.Error, UnicodeDecodeError) as error:
        raise ValueError("cursor is invalid") from error
