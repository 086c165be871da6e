"""Sending one planned attempt: free preparation, the claim, one create, and its answer.

The order is the whole protection: `submitting` is committed before the first byte, a create
goes out once, and every answer that is not a proof becomes `unknown`.
"""

import logging
import random
import secrets

from django.db.models import Exists

from generation import attempts, clock, durations, fallback, hand_out, outcomes, slots, waypoints
from generation.choices import AttemptState
from generation.hand_out import PAUSED
from generation.heartbeat import me
from generation.line import line_up
from generation.models import Attempt, LearnedFrom
from generation.requests import build
from generation.vendors import adapter_of, asked, send_for
from providers import health
from providers.base import Adapter, run
from providers.errors import (
    AuthRefused,
    NotSent,
    OutcomeUnknown,
    ProviderError,
    RateLimited,
    Unavailable,
)
from providers.models import ModelLimit
from providers.types import ClipRequest

log = logging.getLogger(__name__)

MOST_REFUSALS = {"unavailable": 2, "rate_limited": 6}


def submit_at_once(attempt_id: int) -> bool:
    """Send an attempt that is new, unless somebody else's turn might come before: then the
    driver, which knows all lanes, sends it in its turn."""
    attempt = _due(attempt_id)
    return attempt is not None and hand_out.free_for_all(attempt) and _send(attempt)


def submit(attempt_id: int) -> bool:
    """Send the attempt if it is due and a slot is free. True when a create has gone out."""
    attempt = _due(attempt_id)
    return attempt is not None and _send(attempt)


def _send(attempt: Attempt) -> bool:
    if attempt.job.cancel_requested_at is not None:
        outcomes.cancel_planned(attempt)
        return False
    if attempt.job.held_at is not None:
        # Planned while a person put its job on hold; now it stands aside with it.
        with waypoints.commit("stood_aside"):
            line_up(attempt.job)
        return False
    limit = slots.limit_of(attempt)
    if (quiet := slots.quiet_of(attempt, limit)) is not None:
        _leave_quiet(attempt, quiet)
        return False
    blocked = health.take_turn(attempt.account, now=clock.now())
    waypoints.passed("turn_taken")
    if blocked:
        fallback.skip(attempt, Unavailable(blocked, provider=attempt.provider))
        return False
    adapter = adapter_of(attempt)
    hook_token = secrets.token_urlsafe(32)
    request = _prepared(attempt, adapter, hook_token)
    if request is None:
        return False
    return _claim_and_send(attempt, adapter, request, hook_token, limit)


def _due(attempt_id: int) -> Attempt | None:
    return (
        Attempt.objects.select_related("job", "account")
        .filter(pk=attempt_id, state=AttemptState.PLANNED, next_check_at__lte=clock.now())
        .filter(~Exists(PAUSED))
        .first()
    )


def _leave_quiet(attempt: Attempt, quiet: slots.Quiet) -> None:
    """Wait with the vendor's model, or go on to the next leg where that has lasted long."""
    last = attempt.leg_index + 1 >= len(attempt.job.route)
    if quiet.lasts and not last:
        fallback.skip(attempt, RateLimited(quiet.reason, provider=attempt.provider))
    else:
        attempts.postpone(attempt, delay=quiet.seconds, reason=quiet.reason)


def _prepared(attempt: Attempt, adapter: Adapter, hook_token: str) -> ClipRequest | None:
    """The request with its picture uploaded; all of it free and before the intent."""
    send = send_for(attempt)
    try:
        request = build(attempt, attempt.job, hook_token=hook_token)
        with waypoints.after("prepared"):
            return run(asked(attempt, "prepare", adapter.prepare(request)), send)
    except ProviderError as failure:
        _note_health(attempt, failure)
        waits = failure.failure_class in MOST_REFUSALS
        if waits and attempt.refusals < MOST_REFUSALS[failure.failure_class]:
            delay = backoff(attempt.refusals, failure.retry_after)
            attempts.postpone(attempt, delay=delay, reason=failure.reason, counts=True)
        else:
            fallback.skip(attempt, failure)
        return None


def _claim_and_send(
    attempt: Attempt,
    adapter: Adapter,
    request: ClipRequest,
    hook_token: str,
    limit: ModelLimit | None,
) -> bool:
    began = clock.boot_seconds()  # before the claim: a sleep during its commit must count
    key = adapter.match_key(request) or attempt.client_ref
    if not attempts.claim(attempt, owner=me(), match_key=key, hook_token=hook_token):
        return False
    send = send_for(attempt)
    if clock.boot_seconds() - began > attempts.SEND_BUDGET_SECONDS:
        attempts.give_back(attempt, delay=0.0, reason="Was asleep before sending.", counts=False)
        return False
    waypoints.passed("before_send")
    try:
        with waypoints.after("sent"):
            create = adapter.submit(request, client_ref=attempt.client_ref)
            accepted = run(asked(attempt, "create", create), send)
    except ProviderError as failure:
        _not_accepted(attempt, failure)
        return True
    # First of all the task is kept: nothing that is written here may stand in its way.
    outcomes.accept(
        attempt,
        task_id=accepted.task_id,
        learned_from=LearnedFrom.RESPONSE,
        first_look=durations.first_look(attempt),
    )
    health.note_good(attempt.account_id)
    waypoints.passed("good_noted")
    slots.note_taken(limit)
    return True


def _not_accepted(attempt: Attempt, failure: ProviderError) -> None:
    """Doubt, wait or refuse, by the class of the failure alone."""
    if isinstance(failure, OutcomeUnknown):
        said = (attempt.client_ref, failure.reason)
        log.warning("create_unknown attempt=%s reason=%s", *said, extra={"job": attempt.job.uid})
        attempts.doubt(attempt, reason=failure.reason)
        _note_health(attempt, failure)
        return
    _note_health(attempt, failure)
    limit = MOST_REFUSALS.get(failure.failure_class, 0)
    if isinstance(failure, NotSent | RateLimited | Unavailable) and attempt.refusals < limit:
        delay = backoff(attempt.refusals, failure.retry_after)
        attempts.give_back(attempt, delay=delay, reason=failure.reason, counts=True)
        return
    outcomes.refuse(attempt, failure)


def _note_health(attempt: Attempt, failure: ProviderError) -> None:
    if isinstance(failure, RateLimited):
        slots.keep_quiet(
            attempt,
            seconds=backoff(attempt.refusals, failure.retry_after),
            reason=failure.reason,
        )
    health.note_failure(attempt.account_id, failure.failure_class, failure.reason)
    waypoints.passed("failure_noted")
    if isinstance(failure, AuthRefused):
        said = (attempt.provider, attempt.mode)
        log.error("provider_key_refused provider=%s mode=%s", *said, extra={"job": attempt.job.uid})


def backoff(refusals: int, retry_after: float | None) -> float:
    """Seconds to wait: the vendor's own word, else doubling from half a second, with jitter."""
    if retry_after is not None:
        return min(max(retry_after, 0.1), 300.0)
    jitter = random.uniform(0.75, 1.25)  # noqa: S311  (no secret)
    return jitter * min(0.5 * float(2**refusals), 30.0)
