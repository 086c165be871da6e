"""A whole batch or a workspace's whole queue on hold, and on again."""

from django.db import IntegrityError

from accounts.access import Access, require
from accounts.audit import record
from generation import clock, queue, waypoints
from generation.arranging import may_arrange, who
from generation.asks import Refused
from generation.busy import unless_deadlocked
from generation.choices import JOB_OPEN, AttemptState
from generation.line import lane_of
from generation.models import Attempt, Batch, Event, Job, QueuePause

LONGEST_REASON = 200


def may_arrange_batch(access: Access, batch: Batch) -> bool:
    """As for one job: whoever asked for it, and managers."""
    return may_arrange(access, Job(created_by_id=batch.created_by_id, api_key_id=batch.api_key_id))


@unless_deadlocked
def hold_batch(access: Access, batch: Batch) -> int:
    """Nothing more of the batch is sent; what has been sent goes on. Returns how many clips are
    held by this, 0 when all are over or on hold already."""
    _check(access, batch)
    name = who(access)
    with waypoints.commit("batch_held"):
        held = _chosen(batch, held=False)
        Job.objects.filter(pk__in=held).update(held_at=clock.now(), held_by=name)
        _told(access, batch, held, "job.held", "batch.hold", name)
    return len(held)


@unless_deadlocked
def resume_batch(access: Access, batch: Batch) -> int:
    """Every clip of the batch goes on. Returns how many were on hold."""
    _check(access, batch)
    with waypoints.commit("batch_resumed"):
        held = _chosen(batch, held=True)
        Job.objects.filter(pk__in=held).update(held_at=None, held_by="")
        _told(access, batch, held, "job.resumed", "batch.resume", who(access))
        queue.ring_drive()
    return len(held)


def held_of(batch: Batch) -> int:
    """How many open clips of the batch are on hold."""
    return batch.jobs.filter(state__in=JOB_OPEN, held_at__isnull=False).count()


def pause_of(access: Access) -> QueuePause | None:
    """Whether the workspace's queue stands still in this mode, by whom and why."""
    return QueuePause.objects.within(access).first()


def pause_queue(access: Access, *, reason: str = "") -> QueuePause:
    """Send nothing of this workspace until somebody lets it go on. Raises Forbidden, and
    Refused when it stands still already."""
    require(access, "queue:manage")
    words = " ".join(reason.split())[:LONGEST_REASON]
    try:
        with waypoints.commit("queue_paused"):
            pause = QueuePause.objects.create(
                workspace_id=access.workspace_id,
                mode=access.mode,
                by=who(access),
                reason=words,
                at=clock.now(),
            )
            record(access, "queue.pause", f"workspace:{access.workspace_id}", words)
    except IntegrityError:
        raise Refused("The queue is paused already.", field="queue") from None
    return pause


def resume_queue(access: Access) -> None:
    """Send again. Raises Forbidden, and Refused when the queue is not paused."""
    require(access, "queue:manage")
    with waypoints.commit("queue_resumed"):
        gone, _ = QueuePause.objects.within(access).delete()
        if not gone:
            raise Refused("The queue is not paused.", field="queue")
        record(access, "queue.resume", f"workspace:{access.workspace_id}")
        queue.ring_drive()


def _check(access: Access, batch: Batch) -> None:
    if not may_arrange_batch(access, batch):
        require(access, "queue:manage")


def _chosen(batch: Batch, *, held: bool) -> list[int]:
    """The open jobs of the batch that are on hold or not, locked."""
    jobs = batch.jobs.filter(state__in=JOB_OPEN, cancel_requested_at=None)
    rows = jobs.filter(held_at__isnull=not held).order_by("pk").select_for_update()
    return list(rows.values_list("pk", flat=True))


@waypoints.inside
def _told(access: Access, batch: Batch, jobs: list[int], kind: str, action: str, name: str) -> None:
    """Line up what is planned of these jobs, a set at a time, and write down what was done."""
    if not jobs:
        return
    planned = Attempt.objects.filter(job__in=jobs, state=AttemptState.PLANNED)
    places = planned.values_list("account_id", "model", "job__hot").order_by().distinct()
    example = Job.objects.select_related("cost_centre").get(pk=jobs[0])
    for account_id, model, hot in list(places):
        example.hot = hot
        lane = lane_of(example, example.cost_centre, account_id=account_id, model=model)
        here = planned.filter(account=account_id, model=model, job__hot=hot)
        here.update(lane=lane.key)
    Event.objects.bulk_create(
        Event(
            workspace_id=batch.workspace_id,
            mode=batch.mode,
            job_id=pk,
            kind=kind,
            data={"by": name},
        )
        for pk in jobs
    )
    record(access, action, f"batch:{batch.uid}", after={"clips": len(jobs)})
