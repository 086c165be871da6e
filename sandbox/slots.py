"""When a task may start if only so many of its model run at once."""

from collections.abc import Sequence

from sandbox.tasks import NEVER, Task


def start_time(ends: Sequence[float], *, slots: int, ready_at: float) -> float:
    """The moment at which a slot is free for one more task (Unix seconds; NEVER if none is).

    `ends` are the moments at which the unfinished tasks of the model are going to end.
    """
    if len(ends) < slots:
        return ready_at
    return max(ready_at, sorted(ends)[len(ends) - slots])


def replanned(live: Sequence[Task], *, slots: int, now: float) -> list[tuple[Task, float]]:
    """New start times for the waiting tasks after a slot came free, earlier ones first."""
    running = [task.ends_at for task in live if task.started_at <= now]
    changed = []
    for task in (task for task in live if task.started_at > now):
        starts = now
        if len(running) >= slots:
            starts = max(now, sorted(running)[len(running) - slots])
        starts = min(task.started_at, starts)
        running.append(min(NEVER, starts + task.work_seconds))
        if starts < task.started_at:
            changed.append((task, starts))
    return changed
