"""What happens after an attempt has failed: the same offer again, the next leg, or the end."""

from django.db import transaction

from generation import attempts, clock, endings, quoted, waypoints
from generation.busy import unless_deadlocked
from generation.choices import AttemptState
from generation.events import note
from generation.models import Attempt, Job
from generation.money.budgets import BudgetExceeded
from generation.wording import said
from providers import health
from providers.errors import ProviderError
from providers.models import ProviderAccount

MOST_ATTEMPTS = 8


def carry_on(job: Job, attempt: Attempt, failure: ProviderError) -> None:
    """Plan what follows a finally failed attempt; in the transaction that ended it."""
    if job.cancel_requested_at is not None:
        endings.cancel(job)
        return
    index = next_leg(job, attempt, failure)
    while index is not None and index < len(job.route):
        if _try_leg(job, index):
            return
        index += 1
    if not job.is_ended:
        endings.fail(
            job,
            failure_class=failure.failure_class,
            reason=said(attempt.provider, failure, begun=attempt.state == AttemptState.FAILED),
        )
        job.refresh_from_db()


def next_leg(job: Job, attempt: Attempt, failure: ProviderError) -> int | None:
    """The index of the leg to play next, None where the failure ends the job."""
    if job.attempts.count() >= MOST_ATTEMPTS:
        return None
    if failure.failure_class == "moderation" and not job.workspace.moderation_fallback:
        return None
    here, following = attempt.leg_index, attempt.leg_index + 1
    tries = job.attempts.filter(leg_index=here).count()
    if attempt.state == AttemptState.NOT_ACCEPTED and tries < 3:
        return here  # proven never made: this offer has not been tried yet
    if failure.failure_class == "output_bad" and tries < 2:
        return here
    last = following >= len(job.route)
    if last and failure.failure_class == "unavailable" and tries < 2 and failure.billed is False:
        return here
    return None if last else following


@waypoints.inside
def _try_leg(job: Job, index: int) -> bool:
    """Plan leg `index`. False when its vendor cannot be asked; a refused budget ends the job."""
    leg = job.route[index]
    account = ProviderAccount.objects.get(provider=leg["provider"], mode=job.mode)
    if blocked := health.usable(account):
        note(job, "leg.skipped", blocked, provider=leg["provider"])
        return False
    if not quoted.has_room(job, leg):
        words = "It would take the clip past what the quote promised."
        note(job, "leg.skipped", words, provider=leg["provider"])
        return False
    try:
        with transaction.atomic():
            attempts.plan(job, leg, leg_index=index)
    except BudgetExceeded as refused:
        endings.fail(
            job,
            failure_class="budget_exceeded",
            reason=f"The budget “{refused.budget_name}” has too little left for the next provider.",
        )
        job.refresh_from_db()
    return True


@unless_deadlocked
def skip(attempt: Attempt, failure: ProviderError) -> bool:
    """planned → cancelled: this leg is not played at all; the next one is."""
    from generation.money import ledger

    with waypoints.commit("skipped"):
        won = Attempt.objects.filter(pk=attempt.pk, state=AttemptState.PLANNED).update(
            state=AttemptState.CANCELLED,
            ended_at=clock.now(),
            failure_class=failure.failure_class,
            failure_code=failure.code,
            reason=said(attempt.provider, failure),
        )
        if not won:
            return False
        attempt.refresh_from_db()
        job = Job.objects.select_related("workspace").get(pk=attempt.job_id)
        ledger.release(attempt, job, reason=attempt.reason)
        note(job, "attempt.skipped", attempt.reason, attempt=attempt)
        carry_on(job, attempt, failure)
    return True
