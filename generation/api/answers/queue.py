"""The queue as the API tells it: slots, what runs, the lanes, and a job that was arranged."""

from typing import TypedDict

from generation.api.answers.plain import moment
from generation.lanes import LaneKind
from generation.models import Attempt, Job
from generation.money.pricing import as_json_number
from generation.queue_now import InLine, LaneNow, QueueNow, SlotsNow
from generation.queue_words import NAMES, Said, said_of_running, said_of_waiting


class QueueSlots(TypedDict):
    """The slots of a provider, or of one of its models where `model` is not null. All
    workspaces share them; `mine` are this one's."""

    provider: str
    model: str | None
    in_use: int
    mine: int
    slots: int
    quiet_until: str | None


class QueuedClip(TypedDict):
    """A clip that waits or runs. `position` counts everybody at its provider; `starts_in_seconds`
    is null where its offer has not been measured. Half of such clips are done within
    `ends_in_seconds`, nine of ten within `ends_in_slow_seconds`: the start and how long its offer
    took lately, null where either is not known. `next_at` is when `next` happens, if known."""

    job_id: str
    batch_id: str | None
    provider: str
    model: str
    held: float
    position: int | None
    starts_in_seconds: int | None
    ends_in_seconds: int | None
    ends_in_slow_seconds: int | None
    since: str | None
    why: str
    next: str
    next_at: str | None


class QueueLane(TypedDict):
    """One lane of this workspace, `hot`, `single`, `batch` or `on_hold`: its first clips, and how
    many there are in all."""

    lane: str
    provider: str
    model: str
    waiting: int
    held: float
    first: list[QueuedClip]


class QueuePaused(TypedDict):
    """By whom the queue was paused, since when and why."""

    by: str
    since: str | None
    reason: str


class QueueAnswer(TypedDict):
    """What waits and runs now."""

    paused: QueuePaused | None
    waiting: int
    under_way: int
    held: float
    slots: list[QueueSlots]
    lanes: list[QueueLane]
    running: list[QueuedClip]


class Arranged(TypedDict):
    """A job as it stands in the queue now."""

    success: bool
    job_id: str
    on_hold: bool
    hot: bool


class BatchArranged(TypedDict):
    """How many clips of the batch this has changed."""

    success: bool
    batch_id: str
    clips: int


def queue_answer(queue: QueueNow) -> QueueAnswer:
    pause = queue.pause
    return {
        "paused": {"by": pause.by, "since": moment(pause.at), "reason": pause.reason}
        if pause
        else None,
        "waiting": queue.waiting_count,
        "under_way": queue.under_way_count,
        "held": as_json_number(queue.held_micros),
        "slots": [_slots(one) for one in queue.slots],
        "lanes": [_lane(one, queue) for one in queue.lanes if one.first],
        "running": [_clip(one, said_of_running(one)) for one in queue.under_way],
    }


def arranged(job: Job) -> Arranged:
    return {
        "success": True,
        "job_id": job.uid,
        "on_hold": job.held_at is not None,
        "hot": job.hot,
    }


def _slots(one: SlotsNow) -> QueueSlots:
    return {
        "provider": one.account.provider,
        "model": one.model or None,
        "in_use": one.busy,
        "mine": one.mine,
        "slots": one.most,
        "quiet_until": moment(one.quiet_until),
    }


def _lane(one: LaneNow, queue: QueueNow) -> QueueLane:
    return {
        "lane": NAMES[LaneKind(one.lane.kind)],
        "provider": one.first[0].attempt.provider,
        "model": one.lane.model,
        "waiting": one.count,
        "held": as_json_number(one.held_micros),
        "first": [_waiting(clip, queue) for clip in one.first],
    }


def _waiting(one: InLine, queue: QueueNow) -> QueuedClip:
    told = _clip(one.attempt, said_of_waiting(one, queue))
    if one.place is not None and queue.pause is None:
        soon = one.place.starts_in
        told["position"] = one.place.position
        told["starts_in_seconds"] = None if soon is None else round(soon)
        if one.ends_in is not None:
            half, most = one.ends_in
            told["ends_in_seconds"], told["ends_in_slow_seconds"] = round(half), round(most)
    return told


def _clip(attempt: Attempt, said: Said) -> QueuedClip:
    batch = attempt.job.batch
    return {
        "job_id": attempt.job.uid,
        "batch_id": batch.uid if batch else None,
        "provider": attempt.provider,
        "model": attempt.model,
        "held": as_json_number(attempt.max_micros),
        "position": None,
        "starts_in_seconds": None,
        "ends_in_seconds": None,
        "ends_in_slow_seconds": None,
        "since": moment(said.since),
        "why": said.why,
        "next": said.following,
        "next_at": moment(said.at),
    }
