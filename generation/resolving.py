"""Finding out what became of a create whose answer never came.

Found is believed at once; absence is believed only after a grace in which the request could
still have been under way. Nothing is sent again before that, and where a vendor offers no
way to ask, a person decides.
"""

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings

from generation import answers, attempts, clock, durations, notices, outcomes, quoted, waypoints
from generation.choices import AttemptState, Attention
from generation.events import note
from generation.models import Attempt, Job, LearnedFrom, ProviderTask
from generation.money.budgets import BudgetExceeded
from generation.requests import build
from generation.submitting import backoff
from generation.vendors import adapter_of, asked
from generation.wording import provider_name
from providers.base import Steps
from providers.errors import OutcomeUnknown, ProviderError
from providers.many import ManyTransport
from providers.types import ResolveKind, Trace

log = logging.getLogger(__name__)

BATCH = 50
LOOKED_FOR = {ResolveKind.CLIENT_ID: LearnedFrom.LOOKUP}


def resolve_due(many: ManyTransport) -> int:
    """Ask the vendors about every attempt in doubt that is due, and conclude from what has been
    answered. Returns how many were asked about."""
    moment = clock.now()
    with waypoints.commit("doubts_claimed"):
        due = list(
            Attempt.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(state=AttemptState.UNKNOWN, next_check_at__lte=moment)
            .select_related("job__picture", "job__workspace", "account")
            .order_by("next_check_at")[:BATCH]
        )
        Attempt.objects.filter(pk__in=[a.pk for a in due]).update(
            next_check_at=moment + timedelta(seconds=45)
        )
    for attempt in due:
        answers.ask(many, attempt, _question(attempt), then=_heard)
    if due:
        answers.attend(many, seconds=answers.PATIENCE)
    return len(due)


def _heard(
    answered: Sequence[tuple[Attempt, tuple[str, ...] | ProviderError]], _many: ManyTransport
) -> None:
    waypoints.passed("asked_after")
    for attempt, answer in answered:
        _conclude(attempt, answer)


def _question(attempt: Attempt) -> Steps[tuple[str, ...]]:
    known = ProviderTask.objects.filter(
        account_id=attempt.account_id, created_at__gte=_since(attempt) - timedelta(hours=1)
    ).exclude(attempt=attempt)
    trace = Trace(
        client_ref=attempt.client_ref,
        request=build(attempt, attempt.job),
        since=_since(attempt),
        known=frozenset(known.values_list("task_id", flat=True)),
    )
    return asked(attempt, "find", adapter_of(attempt).find(trace))


def _since(attempt: Attempt):  # type: ignore[no-untyped-def]
    return attempt.submit_started_at or attempt.created_at


def _conclude(attempt: Attempt, answer: tuple[str, ...] | ProviderError) -> None:
    if isinstance(answer, OutcomeUnknown):
        _cannot_ask(attempt)
    elif isinstance(answer, ProviderError):
        _again(attempt, delay=backoff(min(attempt.checks, 6), answer.retry_after))
    elif len(answer) == 1:
        _found(attempt, answer[0])
    elif answer:
        ask_a_person(attempt, reason="More than one task at the provider fits this request.")
    else:
        _absent(attempt)


def _found(attempt: Attempt, task_id: str) -> None:
    kind = adapter_of(attempt).resolve_kind
    outcomes.accept(
        attempt,
        task_id=task_id,
        learned_from=LOOKED_FOR.get(kind, LearnedFrom.LIST),
        first_look=durations.first_look(attempt) / 2,
    )


def _absent(attempt: Attempt) -> None:
    """Not there: certain only when the grace is over and it was not there twice."""
    grace: int = settings.UNKNOWN_GRACE_SECONDS[attempt.mode]
    age = (clock.now() - _since(attempt)).total_seconds()
    if age >= grace and attempt.checks >= 1:
        outcomes.disprove(attempt, reason="the request never arrived there")
    else:
        _again(attempt, delay=min(1.0 + attempt.checks, 15.0) if age < grace else 1.0)


def _again(attempt: Attempt, *, delay: float) -> None:
    Attempt.objects.filter(pk=attempt.pk, state=AttemptState.UNKNOWN).update(
        next_check_at=clock.after(delay), checks=attempt.checks + 1
    )
    waypoints.passed("doubt_put_off")


def _cannot_ask(attempt: Attempt) -> None:
    name = provider_name(attempt.provider)
    ask_a_person(attempt, reason=f"{name} offers no way to ask whether it took this request.")


def ask_a_person(attempt: Attempt, *, reason: str) -> None:
    """Flag the job, or go on at once where the workspace has agreed to that beforehand."""
    if attempt.parked:
        # Somebody has agreed to go on without it; only the books still want to know.
        _again(attempt, delay=300.0)
        return
    job = attempt.job
    agreed = job.workspace.unknown_outcome == "continue"
    # A second hold beyond what a quote promised is for a person to agree to, never for a policy.
    may = agreed and quoted.has_room(job, _following(attempt, job)[1])
    if may and continue_elsewhere(attempt, consent="policy: continue on unknown outcome"):
        return
    with waypoints.commit("person_asked"):
        flagged = Job.objects.filter(pk=job.pk).exclude(attention=Attention.AMBIGUOUS)
        if flagged.update(attention=Attention.AMBIGUOUS):
            note(job, "job.ambiguous", reason, attempt=attempt, held_micros=attempt.max_micros)
            notices.job_in_doubt(job.pk)
    _again(attempt, delay=300.0)


def continue_elsewhere(attempt: Attempt, *, consent: str) -> bool:
    """Play another leg although this one may still be charged; `consent` says who agreed.

    The doubtful attempt keeps its hold and stays looked for. False when there is no other
    leg, no budget for it, or somebody else was faster.
    """
    job = Job.objects.select_related("workspace").get(pk=attempt.job_id)
    following, leg = _following(attempt, job)
    try:
        with waypoints.commit("went_on"):
            won = Attempt.objects.filter(
                pk=attempt.pk, state=AttemptState.UNKNOWN, parked=False
            ).update(parked=True)
            if not won:
                return False
            Job.objects.filter(pk=job.pk).update(consent=consent, attention=Attention.NONE)
            note(job, "attempt.parked", consent, attempt=attempt)
            attempts.plan(job, leg, leg_index=following)
    except BudgetExceeded:
        log.info("continue_refused_by_budget job=%s", job.uid)
        return False
    return True


def _following(attempt: Attempt, job: Job) -> tuple[int, dict[str, Any]]:
    """The leg to play instead of a doubtful one, and its place in the route."""
    following = attempt.leg_index + 1 if attempt.leg_index + 1 < len(job.route) else 0
    return following, job.route[following]
