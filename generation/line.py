"""Where a job stands in line: its lane and its turn, as they are kept on its planned attempt."""

from generation import waypoints
from generation.choices import AttemptState
from generation.lanes import Lane, LaneKind
from generation.models import Attempt, CostCentre, Job

# More than any moment in microseconds, so that a priority outweighs every arrival.
PRIORITY_STEP = 10**16


def turn_of(*, priority: int, created_micros: int, index: int = 0) -> int:
    """First come, first served among jobs of one priority; lower goes first."""
    return created_micros + index - priority * PRIORITY_STEP


def own_turn(job: Job) -> int:
    """The turn that a job has by itself, before anybody moves it."""
    micros = int(job.created_at.timestamp() * 1_000_000)
    return turn_of(priority=job.priority, created_micros=micros, index=job.item_index or 0)


def lane_of(job: Job, centre: CostCentre, *, account_id: int, model: str) -> Lane:
    """The lane that the job waits in for one model of one account."""
    kind = _kind(job)
    lineage = centre.lineage()
    client = lineage[1] if len(lineage) > 1 else centre.pk
    return Lane(
        kind=kind,
        account_id=account_id,
        model=model,
        workspace_id=job.workspace_id,
        # One hot lane for all clients: its order is what a person made it.
        client_id=0 if kind == LaneKind.HOT else client,
    )


def _kind(job: Job) -> LaneKind:
    if job.held_at is not None:
        return LaneKind.ASIDE
    if job.hot:
        return LaneKind.HOT
    return LaneKind.SINGLE if job.batch_id is None else LaneKind.BATCH


@waypoints.inside
def line_up(job: Job) -> int:
    """Bring the job's planned attempt to where the job says; in the caller's transaction.

    Returns how many attempts that were: none while the job's request is under way.
    """
    moved = 0
    planned = Attempt.objects.filter(job=job, state=AttemptState.PLANNED)
    for pk, account_id, model in planned.values_list("pk", "account_id", "model"):
        lane = lane_of(job, job.cost_centre, account_id=account_id, model=model)
        still = Attempt.objects.filter(pk=pk, state=AttemptState.PLANNED)
        moved += still.update(lane=lane.key, turn=job.turn)
    return moved
