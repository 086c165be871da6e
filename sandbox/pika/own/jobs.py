"""Jobs of Pika's own API, as it shows them."""

from __future__ import annotations

import secrets

from sandbox.desk import Desk
from sandbox.pika.fal.reading import Json
from sandbox.pika.fal.records import PROVIDER
from sandbox.pika.own.inputs import OwnRefusal
from sandbox.tasks import Fate, State, Task

MEDIA_LIVE = 86400.0
STATES = {
    State.QUEUED: "queued",
    State.THROTTLED: "queued",
    State.PROCESSING: "running",
    State.SUCCEEDED: "completed",
    State.FAILED: "failed",
    State.CANCELLED: "failed",
    State.ODD: "archived",  # a word that no document lists
}


def job(desk: Desk, task: Task, *, state: State) -> Json:
    """The job as shown in `state`, with a fresh link when it is done."""
    return {
        "id": task.task_id,
        "status": STATES[state],
        "error": _error(task) if state is State.FAILED else None,
        "output": _output(desk, task) if state is State.SUCCEEDED else None,
    }


def refused_job(code: str, message: str) -> Json:
    """A create answered by a failed job that was never kept."""
    return {
        "id": f"job_{secrets.token_hex(13).upper()}",
        "status": "failed",
        "error": {"code": code, "message": message},
        "output": None,
    }


def job_task(desk: Desk, job_id: str) -> Task:
    """The job's task; raises OwnRefusal 404."""
    task = desk.find(PROVIDER, task_id=job_id)
    if task is None or task.extra["api"] != "own":
        raise OwnRefusal(404, "No such job.")
    return task


def _error(task: Task) -> Json:
    if task.fate is Fate.MODERATION:
        return {"code": "content_moderation", "message": "The prompt was rejected."}
    return {"code": "provider_error", "message": "The model failed."}


def _output(desk: Desk, task: Task) -> Json:
    return {
        "media_type": "video",
        "video": {
            "url": desk.links.hand_out(task, lives=MEDIA_LIVE),
            "content_type": "video/mp4",
            "width": task.width,
            "height": task.height,
        },
    }
