"""One way out for every status answer, with the lies that status answers tell."""

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from sandbox.admission import dropped
from sandbox.desk import Desk
from sandbox.directives import directive_in
from sandbox.tasks import State, Task
from sandbox.vendor import Vendor

SLOW_STATUS_SECONDS = 3.0
EARLIER = {
    State.PROCESSING: State.QUEUED,
    State.SUCCEEDED: State.PROCESSING,
    State.FAILED: State.PROCESSING,
    State.CANCELLED: State.PROCESSING,
}
CUT_SHARE = 0.6


async def show(
    desk: Desk,
    *,
    vendor: Vendor,
    request: web.Request,
    task: Task,
    body: Callable[[Task, State], Mapping[str, Any]],
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> web.StreamResponse:
    """Answers with `body(task, state)` as JSON.

    `state` is the true one, or an earlier one, or State.ODD, which the vendor module turns into
    a word that no document lists. Faults of the status stage and `bad-json` happen here.
    """
    fault = desk.faults.roll(task.provider, stage="status")
    if fault == "drop-status":
        return dropped(request)
    if fault == "status-404":
        return vendor.not_found()
    if fault == "status-500":
        return vendor.broken(500)
    if fault == "slow-status":
        await asyncio.sleep(SLOW_STATUS_SECONDS)
    text = json.dumps(body(task, shown_state(task, now=desk.clock.now(), fault=fault)))
    if fault == "bad-json" or _first_is_bad(desk, task):
        text = text[: int(len(text) * CUT_SHARE)]
    return web.Response(text=text, status=status, content_type="application/json", headers=headers)


def shown_state(task: Task, *, now: float, fault: str) -> State:
    """The state to show, given the fault that was drawn."""
    state = task.state(now)
    if fault == "unknown-status":
        return State.ODD
    return EARLIER.get(state, state) if fault == "stale-status" else state


def _first_is_bad(desk: Desk, task: Task) -> bool:
    if not directive_in(task.prompt, provider=task.provider).bad_json:
        return False
    current = desk.tasks.get(task.provider, task_id=task.task_id) or task
    if current.extra.get("shown_bad"):
        return False
    desk.tasks.note(task, shown_bad=True)
    return True
