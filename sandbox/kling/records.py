"""From the sandbox's task row to the record that Kling's answers are written from."""

from __future__ import annotations

from decimal import Decimal

from sandbox.desk import Desk
from sandbox.kling.answers import KlingTask
from sandbox.tasks import Fate, State, Task

PROVIDER = "kling"
FILES_LIVE = 30 * 86400.0
# A word that no page of the vendor lists, for rehearsing the unknown.
STATES = {
    State.QUEUED: "submitted",
    State.THROTTLED: "submitted",
    State.PROCESSING: "processing",
    State.SUCCEEDED: "succeeded",
    State.FAILED: "failed",
    State.CANCELLED: "failed",
    State.ODD: "reviewing",
}
RISK_CONTROL = "Failure to pass the risk control system"
INTERNAL = "Service busy, please try again later"


def record_of(desk: Desk, task: Task, *, state: State) -> KlingTask:
    """The task as Kling shows it in `state`; a fresh download link if that is success."""
    good = state is State.SUCCEEDED
    url = desk.links.hand_out(task, lives=FILES_LIVE) if good else ""
    marked = bool(task.extra.get("watermark"))
    return KlingTask(
        task_id=task.task_id,
        external_id=task.client_ref,
        state=STATES[state],
        message=_message(task) if state is State.FAILED else "",
        created_ms=_milliseconds(task.created_at),
        updated_ms=_milliseconds(_changed_at(task, state=state)),
        seconds=int(task.seconds),
        video_url=url,
        watermark_url=url if marked else "",
        watermark=marked,
        cost_usd=Decimal(task.amount_micros) / 1_000_000 if good else None,
    )


def true_record(desk: Desk, task: Task) -> KlingTask:
    """The task in the state that it is really in now."""
    return record_of(desk, task, state=task.state(desk.clock.now()))


def tasks_of(desk: Desk, *, standard: str) -> list[Task]:
    """All tasks made in one standard, newest first."""
    tasks = [task for task in desk.tasks.of(PROVIDER) if task.extra["standard"] == standard]
    return tasks[::-1]


def _message(task: Task) -> str:
    return RISK_CONTROL if task.fate is Fate.MODERATION else INTERNAL


def _changed_at(task: Task, *, state: State) -> float:
    if task.finished_at is not None and state in (State.SUCCEEDED, State.FAILED):
        return task.finished_at
    return task.started_at if state is State.PROCESSING else task.created_at


def _milliseconds(at: float) -> int:
    return int(at * 1000)
