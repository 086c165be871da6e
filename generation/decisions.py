"""What a person decides about a request whose outcome nobody can find out."""

from generation import clock, endings, outcomes, waypoints
from generation.busy import unless_deadlocked
from generation.choices import AttemptState, Attention
from generation.events import note
from generation.models import Attempt, Job, LearnedFrom, ProviderTask
from generation.money import ledger


@unless_deadlocked
def resolve_unknown(
    attempt: Attempt, *, billed: bool, by: str, micros: int | None = None, task_id: str = ""
) -> bool:
    """Settle an attempt in doubt by the vendor's bill; `by` names the person.

    Not billed: proven never made, so the same offer may be asked again. Billed: the money is
    gone and the clip is lost, so the job fails and says so; `micros` and `task_id` are the
    bill's, and without them what is held is settled. False when it is in doubt no more.
    """
    if not billed:
        return outcomes.disprove(attempt, reason=f"it was not on the bill, says {by}")
    with waypoints.commit("given_up_as_charged"):
        won = Attempt.objects.filter(pk=attempt.pk, state=AttemptState.UNKNOWN).update(
            state=AttemptState.LOST_BILLED,
            ended_at=clock.now(),
            reason=f"Charged but never delivered, says {by}.",
        )
        if not won:
            return False
        attempt.refresh_from_db()
        job = Job.objects.get(pk=attempt.job_id)
        if task_id:
            ProviderTask.objects.create(
                account_id=attempt.account_id,
                task_id=task_id,
                attempt=attempt,
                learned_from=LearnedFrom.STATEMENT,
            )
        cost = attempt.max_micros if micros is None else micros
        ledger.settle(attempt, job, micros=cost, task_id=task_id, reason=attempt.reason)
        note(job, "attempt.lost_billed", attempt.reason, attempt=attempt)
        if not attempt.parked:
            endings.fail(
                job,
                failure_class="unknown",
                reason="The provider charged for this clip but never delivered it.",
                attention=Attention.PAID_NOT_DELIVERED,
            )
    return True
