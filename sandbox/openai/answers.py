"""A task as OpenAI's video object."""

from typing import Any

from sandbox.tasks import Fate, State, Task

CONTENT_LIVES = 3600
WORDS = {
    State.QUEUED: "queued",
    State.THROTTLED: "queued",
    State.PROCESSING: "in_progress",
    State.SUCCEEDED: "completed",
    State.FAILED: "failed",
    State.CANCELLED: "failed",
    State.ODD: "post_processing",
}
ERRORS = {
    Fate.MODERATION: {
        "code": "moderation_blocked",
        "message": "Your request was blocked by our moderation system.",
    },
    Fate.SERVER: {
        "code": "server_error",
        "message": "The server had an error while processing your request.",
    },
}


def video(task: Task, *, state: State, now: float) -> dict[str, Any]:
    """The object with the keys of the published examples; times are whole Unix seconds."""
    done = state is State.SUCCEEDED
    finished = int(task.finished_at) if done and task.finished_at else None
    progress = {State.PROCESSING: task.percent(now), State.SUCCEEDED: 100}.get(state, 0)
    return {
        "id": task.task_id,
        "object": "video",
        "created_at": int(task.created_at),
        "status": WORDS[state],
        "model": task.model,
        "progress": progress,
        "seconds": f"{task.seconds:g}",
        "size": f"{task.width}x{task.height}",
        "prompt": task.prompt,
        "completed_at": finished,
        "expires_at": finished + CONTENT_LIVES if finished else None,
        "error": ERRORS.get(task.fate, ERRORS[Fate.SERVER]) if state is State.FAILED else None,
        "remixed_from_video_id": None,
    }


def expired(task: Task, *, now: float) -> bool:
    return task.finished_at is not None and now > task.finished_at + CONTENT_LIVES
