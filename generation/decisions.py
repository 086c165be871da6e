"""What a person decides about a request whose outcome nobody can find out."""

from django.db import transaction

from generation import clock, endings, outcomes
from generation.choices import AttemptState, Attention
from generation.events import note
from generation.models import Attempt, Job
from generation.money import ledger


def resolve_unknown(attempt: Attempt, *, billed: bool, by: str) -> bool:
    """Settle an attempt in doubt by the vendor's bill; `by` names the person.

    Not billed: proven never made, so the same offer may be asked again. Billed: the money is
    gone and the clip is lost, so the job fails and says so. False when it is in doubt no more.
    """
    if not billed:
        return outcomes.disprove(attempt, reason=f"it was not on the bill, says {by}")
    with transaction.atomic():
        won = Attempt.objects.filter(pk=attempt.pk, state=AttemptState.UNKNOWN).update(
            state=AttemptState.LOST_BILLED,
            ended_at=clock.now(),
            reason=f"Charged but never delivered, says {by}.",
        )
        if not won:
            return False
        attempt.refresh_from_db()
        job = Job.objects.get(pk=attempt.job_id)
        ledger.settle(attempt, job, micros=attempt.max_micros, task_id="", reason=attempt.reason)
        note(job, "attempt.lost_billed", attempt.reason, attempt=attempt)
        if not attempt.parked:
            endings.fail(
                job,
                failure_class="unknown",
                reason="The provider charged for this clip but never delivered it.",
                attention=Attention.PAID_NOT_DELIVERED,
            )
    return True
