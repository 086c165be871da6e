"""What people may do to the queue: put on hold, move, and let go on. Every door calls these.

What has been sent goes on in any case. Each deed leaves an event on its jobs and one entry in
the audit trail, in the transaction that does it. Money stays held: a job on hold may go on at
any time, at its price.
"""

from collections.abc import Callable
from functools import wraps

from django.db.models import Q

from accounts.access import Access, Forbidden
from accounts.audit import record
from accounts.models import User
from generation import clock, outcomes, queue, waypoints
from generation.asks import Refused
from generation.busy import unless_deadlocked
from generation.choices import JOB_OPEN, AttemptState
from generation.events import note
from generation.lanes import Lane, LaneKind, lane_from
from generation.line import line_up, own_turn
from generation.models import Attempt, Job

SOMEBODY_ELSES = "This is somebody else’s job. Ask its maker or a manager."
OVER = "This job is over or about to end. Nothing was changed."
SENT = "Its request is with the provider already, so nothing of it waits. Nothing was changed."

Deed = Callable[[Access, Job], None]


def may_arrange(access: Access, job: Job) -> bool:
    """Managers arrange every job, creators and keys those that they have asked for."""
    if access.may("queue:manage"):
        return True
    mine = access.user_id is not None and job.created_by_id == access.user_id
    keyed = access.api_key_id is not None and job.api_key_id == access.api_key_id
    return access.may("queue:arrange") and (mine or keyed)


def who(access: Access) -> str:
    """The person's name, for those who wonder why a clip waits; "an API key" for a program."""
    if access.user_id is None or access.api_key_id is not None:
        return "an API key"
    return User.objects.get(pk=access.user_id).get_username()


def _deed(work: Deed) -> Deed:
    """A deed on one open job: checked, locked, and rung for afterwards."""

    @unless_deadlocked
    @wraps(work)
    def done(access: Access, job: Job) -> None:
        if not may_arrange(access, job):
            raise Forbidden(SOMEBODY_ELSES)
        with waypoints.commit("arranged"):
            row = Job.objects.select_related("cost_centre").get(pk=job.pk)
            if row.is_ended or row.is_cancelling:
                raise Refused(OVER, field="job")
            work(access, row)
            queue.ring_drive()

    return done


@_deed
@waypoints.inside
def hold(access: Access, job: Job) -> None:
    """Nothing of the job is sent until somebody lets it go on. Raises Refused, Forbidden."""
    _waiting(job)
    name = who(access)
    held = Job.objects.filter(pk=job.pk, state__in=JOB_OPEN, held_at=None)
    if not held.update(held_at=clock.now(), held_by=name):
        raise Refused("It is on hold already.", field="job")
    job.refresh_from_db(fields=["held_at", "held_by"])
    if not line_up(job):
        raise Refused(SENT, field="job")
    note(job, "job.held", by=name)
    record(access, "job.hold", f"job:{job.uid}")


@_deed
@waypoints.inside
def resume(access: Access, job: Job) -> None:
    """Take the hold off: the job is in line again where it was. Raises Refused, Forbidden."""
    on_hold = Job.objects.filter(pk=job.pk, state__in=JOB_OPEN, held_at__isnull=False)
    if not on_hold.update(held_at=None, held_by=""):
        raise Refused("It is not on hold.", field="job")
    job.held_at, job.held_by = None, ""
    line_up(job)
    note(job, "job.resumed", by=who(access))
    record(access, "job.resume", f"job:{job.uid}")


@_deed
@waypoints.inside
def to_front(access: Access, job: Job) -> None:
    """Into the hot lane, before all that waits in it. Raises Refused, Forbidden."""
    attempt = _waiting(job)
    first = _front_of(_hot_lane(attempt))
    _move(access, job, hot=True, turn=own_turn(job) if first is None else first - 1)
    note(job, "job.hot", by=who(access))
    record(access, "job.to_front", f"job:{job.uid}")


@_deed
@waypoints.inside
def back_to_normal(access: Access, job: Job) -> None:
    """Out of the hot lane, and to the place that its arrival and priority give it."""
    _waiting(job)
    _move(access, job, hot=False, turn=own_turn(job))
    note(job, "job.normal", by=who(access))
    record(access, "job.to_normal", f"job:{job.uid}")


@_deed
@waypoints.inside
def move_up(access: Access, job: Job) -> None:
    """Before the job that is ahead of it in its lane. Raises Refused for the first one."""
    attempt = _waiting(job)
    ahead = (
        Attempt.objects.filter(lane=attempt.lane, state=AttemptState.PLANNED, parked=False)
        .filter(Q(turn__lt=attempt.turn) | Q(turn=attempt.turn, pk__lt=attempt.pk))
        .select_related("job__cost_centre")
        .order_by("-turn", "-pk")
        .first()
    )
    if ahead is None:
        raise Refused("It is the first of its lane already.", field="job")
    mine, other = ahead.turn, attempt.turn
    _move(access, job, hot=job.hot, turn=mine if mine != other else mine - 1)
    if mine != other:
        _move(access, ahead.job, hot=ahead.job.hot, turn=other)
    note(job, "job.moved_up", by=who(access), before=ahead.job.uid)
    record(access, "job.move_up", f"job:{job.uid}", after={"before": ahead.job.uid})


def replace(access: Access, job: Job, make: Callable[[], Job]) -> Job:
    """What `make` asks for instead of a waiting job: that one ends when the new one is admitted,
    and goes on waiting as it was when the new one is refused. Raises what `make` raises, and
    Refused when the job has been sent in the meantime."""
    if not may_arrange(access, job):
        raise Forbidden(SOMEBODY_ELSES)
    with waypoints.commit("replaced"):
        asked = Job.objects.filter(pk=job.pk, state__in=JOB_OPEN, cancel_requested_at=None)
        if not asked.update(cancel_requested_at=clock.now()):
            raise Refused(OVER, field="form")
        # Its hold comes free first, so that the same budget pays for the new one.
        if not outcomes.cancel_planned(_waiting(job)):
            raise Refused(SENT, field="form")
        new = make()
        note(job, "job.replaced", by=who(access), with_job=new.uid)
        record(access, "job.replace", f"job:{job.uid}", after={"with": new.uid})
    return new


def _waiting(job: Job) -> Attempt:
    """The job's planned attempt. Raises Refused when none waits."""
    rows = Attempt.objects.filter(job=job, state=AttemptState.PLANNED, parked=False)
    planned = rows.select_related("job").first()
    if planned is None:
        raise Refused(SENT, field="job")
    return planned


@waypoints.inside
def _move(access: Access, job: Job, *, hot: bool, turn: int) -> None:
    Job.objects.filter(pk=job.pk).update(hot=hot, turn=turn)
    job.hot, job.turn = hot, turn
    if not line_up(job):
        raise Refused(SENT, field="job")


def _hot_lane(attempt: Attempt) -> Lane:
    lane = lane_from(attempt.lane)
    return Lane(
        kind=LaneKind.HOT,
        account_id=lane.account_id,
        model=lane.model,
        workspace_id=lane.workspace_id,
        client_id=0,
    )


def _front_of(lane: Lane) -> int | None:
    line = Attempt.objects.filter(lane=lane.key, state=AttemptState.PLANNED, parked=False)
    return line.order_by("turn", "pk").values_list("turn", flat=True).first()
