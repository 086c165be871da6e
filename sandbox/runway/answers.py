"""A task in Runway's words."""

from typing import Any

from sandbox.invoice import moment
from sandbox.tasks import Fate, State, Task

MICROS_PER_CREDIT = 10_000
WORDS = {
    State.QUEUED: "PENDING",
    State.THROTTLED: "THROTTLED",
    State.PROCESSING: "RUNNING",
    State.SUCCEEDED: "SUCCEEDED",
    State.FAILED: "FAILED",
    State.CANCELLED: "CANCELLED",
    State.ODD: "RENDERING_PREVIEW",
}
FAILURES = {
    Fate.MODERATION: (
        "Your prompt was flagged by our content moderation system.",
        "SAFETY.INPUT.TEXT",
    ),
    Fate.SERVER: ("An unexpected error occurred.", "INTERNAL.BAD_OUTPUT.CODE01"),
}


def credits_of(micros: int) -> int | float:
    """Micro-dollars as credits of one cent; a whole number where it is one."""
    credits = micros / MICROS_PER_CREDIT
    return int(credits) if credits == int(credits) else credits


def created(task: Task) -> dict[str, Any]:
    return {"id": task.task_id, "estimatedCost": {"credits": credits_of(task.amount_micros)}}


def task_body(task: Task, *, state: State, now: float, output: list[str]) -> dict[str, Any]:
    """What `GET /v1/tasks/{id}` shows; the estimate before the end, the cost after, never both."""
    body: dict[str, Any] = {
        "id": task.task_id,
        "status": WORDS[state],
        "createdAt": moment(task.created_at),
    }
    if state in (State.SUCCEEDED, State.FAILED, State.CANCELLED):
        body["cost"] = {"credits": credits_of(task.amount_micros) if task.billed else 0}
    else:
        body["estimatedCost"] = {"credits": credits_of(task.amount_micros)}
    if state is State.PROCESSING:
        body["progress"] = task.percent(now) / 100
    if state is State.SUCCEEDED:
        body["output"] = output
    if state is State.FAILED:
        body["failure"], body["failureCode"] = FAILURES.get(task.fate, FAILURES[Fate.SERVER])
    return body
