"""Asking after tasks: by Kling's id, by the caller's own, and in lists."""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Callable

from aiohttp import web

from sandbox import status
from sandbox.desk import Desk
from sandbox.kling import answers
from sandbox.kling.bodies.ask import Body
from sandbox.kling.creating import json_body, success
from sandbox.kling.records import PROVIDER, STATES, record_of, tasks_of, true_record
from sandbox.kling.refusals import KlingRefusal, invalid
from sandbox.tasks import State, Task
from sandbox.vendor import Vendor

WINDOW_MS = 30 * 86400 * 1000
MOST = 500
KINDS = {"text2video": "text", "image2video": "image"}


class Queries:
    """The read handlers of both standards; they take no slot and cost nothing."""

    def __init__(self, desk: Desk, *, vendor: Vendor) -> None:
        self.desk = desk
        self.vendor = vendor

    async def new_by_ids(self, request: web.Request) -> web.StreamResponse:
        """`GET /tasks`: always a list, empty for what is not known."""
        task_ids = request.query.get("task_ids", "")
        external_ids = request.query.get("external_task_ids", "")
        if task_ids and external_ids:
            raise KlingRefusal(1201, "task_ids and external_task_ids cannot be used together")
        if not task_ids and not external_ids:
            raise KlingRefusal(1201, "task_ids or external_task_ids is required")
        wanted = [word.strip() for word in (task_ids or external_ids).split(",")]
        found = [self._find(word, external=bool(external_ids)) for word in wanted]
        tasks = [task for task in found if task and task.extra["standard"] == "new"]
        if not tasks:
            return success([])

        def listed(first: Task, state: State) -> answers.Json:
            records = [record_of(self.desk, first, state=state)]
            records += [true_record(self.desk, task) for task in tasks[1:]]
            return _enveloped([answers.new_task(record) for record in records])

        return await self._show(request, tasks[0], listed)

    async def legacy_one(self, request: web.Request) -> web.StreamResponse:
        """`GET /v1/videos/{kind}2video/{id}` by either id: one object."""
        word = request.match_info["task_id"]
        task = self._find(word, external=False) or self._find(word, external=True)
        kind = KINDS[request.match_info["kind"]]
        if task is None or task.extra["standard"] != "legacy" or task.kind != kind:
            raise KlingRefusal(1203, f"task {word} does not exist")
        return await self._show(
            request,
            task,
            lambda one, state: _enveloped(
                answers.legacy_task(record_of(self.desk, one, state=state))
            ),
        )

    async def legacy_list(self, request: web.Request) -> web.StreamResponse:
        """`GET /v1/videos/{kind}2video?pageNum=1&pageSize=30`: newest first."""
        page = _number(request.query.get("pageNum", "1"), field="pageNum", most=1000)
        size = _number(request.query.get("pageSize", "30"), field="pageSize", most=MOST)
        kind = KINDS[request.match_info["kind"]]
        tasks = [task for task in tasks_of(self.desk, standard="legacy") if task.kind == kind]
        shown = tasks[(page - 1) * size : page * size]
        return success([answers.legacy_task(true_record(self.desk, task)) for task in shown])

    async def new_list(self, request: web.Request) -> web.StreamResponse:
        """`POST /tasks`: a window of time, filters, and a cursor that replaces the window."""
        body = await json_body(request)
        limit = _number(body.get("limit", 100), field="limit", most=MOST)
        offset, start, end = self._window(body)
        keep = _filters(body.get("filters") or [])
        tasks = [
            task
            for task in tasks_of(self.desk, standard="new")
            if start <= task.created_at * 1000 <= end and keep(task, self._word(task))
        ]
        shown = tasks[offset : offset + limit]
        data: answers.Json = {"count": len(shown), "has_more": len(tasks) > offset + limit}
        if shown:
            records = [true_record(self.desk, task) for task in shown]
            data["result"] = [answers.new_task(record) for record in records]
        if data["has_more"]:
            data["next_cursor"] = _cursor(offset + limit, start, end)
        return success(data)

    def _window(self, body: Body) -> tuple[int, int, int]:
        """How many to skip, and the time window in milliseconds."""
        cursor = body.get("cursor")
        if cursor:
            return _read_cursor(str(cursor))
        now = int(self.desk.clock.now() * 1000) + 1
        start = _milliseconds(body.get("start_time"), field="start_time", default=now - WINDOW_MS)
        return 0, start, _milliseconds(body.get("end_time"), field="end_time", default=now)

    def _word(self, task: Task) -> str:
        return STATES[task.state(self.desk.clock.now())]

    def _find(self, word: str, *, external: bool) -> Task | None:
        if external:
            return self.desk.tasks.by_client_ref(PROVIDER, client_ref=word) if word else None
        return self.desk.find(PROVIDER, task_id=word)

    async def _show(
        self, request: web.Request, task: Task, body: Callable[[Task, State], answers.Json]
    ) -> web.StreamResponse:
        return await status.show(
            self.desk, vendor=self.vendor, request=request, task=task, body=body
        )


def _enveloped(data: object) -> answers.Json:
    return answers.envelope(data, request_id=secrets.token_hex(16))


def _filters(filters: object) -> Callable[[Task, str], bool]:
    """A test of a task and its status word; every filter must hold."""
    if not isinstance(filters, list):
        raise invalid("filters", "must be a list")
    wanted: dict[str, set[str]] = {}
    for entry in filters:
        key = entry.get("key") if isinstance(entry, dict) else None
        values = entry.get("values") if isinstance(entry, dict) else None
        if key not in ("status", "product_type") or not isinstance(values, list):
            raise invalid("filters", "hold a key (status, product_type) and values")
        wanted[key] = {str(value) for value in values}

    def keep(task: Task, word: str) -> bool:
        if "video" not in wanted.get("product_type", {"video"}):
            return False
        return word in wanted.get("status", {word})

    return keep


def _cursor(offset: int, start: int, end: int) -> str:
    return base64.urlsafe_b64encode(f"{offset}:{start}:{end}".encode()).decode()


def _read_cursor(cursor: str) -> tuple[int, int, int]:
    try:
        offset, start, end = base64.urlsafe_b64decode(cursor).decode().split(":")
        return int(offset), int(start), int(end)
    except (binascii.Error, ValueError) as error:
        raise invalid("cursor", "is invalid") from error


def _number(value: object, *, field: str, most: int) -> int:
    words = str(value)
    if not words.isdecimal() or not 1 <= int(words) <= most:
        raise invalid(field, f"must be from 1 to {most}")
    return int(words)


def _milliseconds(value: object, *, field: str, default: int) -> int:
    """Documented as strings on most pages and as numbers on one: both are taken."""
    if value is None or value == "":
        return default
    words = str(value)
    if not words.isdecimal():
        raise invalid(field, "must be milliseconds")
    return int(words)
