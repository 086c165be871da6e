"""From the sandbox's task row to the record that fal's answers are written from."""

from __future__ import annotations

from sandbox.desk import Desk
from sandbox.pika.fal import failures
from sandbox.pika.fal.answers import FalRequest, FalVideo
from sandbox.pika.fal.failures import FalFailure
from sandbox.tasks import Fate, State, Task

PROVIDER = "pika"
MEDIA_LIVE = 7 * 86400.0
RESULT_LIVE = 3600.0
STATES = {
    State.QUEUED: "IN_QUEUE",
    State.THROTTLED: "IN_QUEUE",
    State.PROCESSING: "IN_PROGRESS",
    State.SUCCEEDED: "COMPLETED",
    State.FAILED: "COMPLETED",
    State.CANCELLED: "COMPLETED",
    State.ODD: "PAUSED",  # a word that no document lists
}


def request_of(desk: Desk, task: Task, *, state: State) -> FalRequest:
    """The request as the queue shows it in `state`, without a link to its file."""
    now = desk.clock.now()
    return FalRequest(
        request_id=task.task_id,
        state=STATES[state],
        queue_position=_position(desk, task) if state is State.QUEUED else 0,
        percent=task.percent(now),
        run_seconds=max(0.0, (task.finished_at or now) - task.started_at),
        given=dict(task.body),
        failure=failure_of(task, state=state),
    )


def finished_request(desk: Desk, task: Task) -> FalRequest:
    """The finished request with what its result is: a fresh link, or its failure."""
    request = request_of(desk, task, state=State(task.outcome))
    if task.outcome != State.SUCCEEDED:
        return request
    return FalRequest(**{**vars(request), "video": video_of(desk, task)})


def video_of(desk: Desk, task: Task) -> FalVideo:
    """The file with a fresh link."""
    url = desk.links.hand_out(task, lives=MEDIA_LIVE)
    path = desk.studio.path(task)
    return FalVideo(url=url, file_size=path.stat().st_size if path.exists() else 0)


def failure_of(task: Task, *, state: State) -> FalFailure | None:
    """Why it ended badly, or None."""
    if state is State.CANCELLED:
        return failures.CANCELLED
    if state is not State.FAILED:
        return None
    return failures.MODERATION if task.fate is Fate.MODERATION else failures.RUNNER_LOST


def fal_task(desk: Desk, request_id: str) -> Task | None:
    """A task of the fal queue whose record is still kept: an hour after its end it is gone."""
    task = desk.find(PROVIDER, task_id=request_id)
    if task is None or task.extra["api"] != "fal":
        return None
    if task.finished_at and desk.clock.now() - task.finished_at > RESULT_LIVE:
        return None
    return task


def _position(desk: Desk, task: Task) -> int:
    """How many waiting requests are older; counted by the table, since thousands may wait."""
    found = desk.database.rows(
        "SELECT count(*) AS n FROM task WHERE finished_at IS NULL"
        " AND provider=? AND started_at>? AND created_at<?",
        PROVIDER,
        desk.clock.now(),
        task.created_at,
    )
    return int(found[0]["n"])
