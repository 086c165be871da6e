"""An attempt's way to the vendor: planned, claimed, given back, doubted.

Each function is one transaction whose guard is in the WHERE. False or None means that
somebody else was faster, which is an ordinary answer: the caller stops.
"""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection
from django.db.models import F

from generation import clock, queue, slots, waypoints
from generation.choices import AttemptState
from generation.events import note
from generation.heartbeat import is_dead
from generation.lanes import LaneKind
from generation.line import lane_of
from generation.models import Attempt, CostCentre, Job
from generation.money import ledger
from generation.one_trip import OneTrip

LEASE_SECONDS = 150.0
SEND_BUDGET_SECONDS = 10.0
# The guard looks at the state again after it has waited for somebody else's claim of the same row.
_CLAIM = f"""
UPDATE generation_attempt
SET state = 'submitting', lease_owner = %s, lease_epoch = lease_epoch + 1, lease_until = %s,
    submit_started_at = %s, match_key = %s, hook_token_hash = %s
WHERE id = %s AND state = 'planned' AND next_check_at <= %s AND lane < %s
  AND EXISTS (
    SELECT 1 FROM generation_job job
    WHERE job.id = generation_attempt.job_id AND job.state IN ('queued', 'processing')
      AND job.cancel_requested_at IS NULL AND job.held_at IS NULL
  )
  AND {slots.IS_FREE}
"""  # noqa: S608 - our own words
# What follows it, of this claim alone: nobody else has drawn its hook token.
_MINE = "FROM generation_attempt WHERE id = %s AND hook_token_hash = %s"
_BEGIN = f"""
UPDATE generation_job SET state = 'processing', started_at = %s
WHERE state = 'queued' AND id = (SELECT job_id {_MINE})
"""  # noqa: S608 - our own words
_SAY = f"""
INSERT INTO generation_event (workspace_id, mode, job_id, attempt_id, at, kind, text, data)
SELECT workspace_id, mode, job_id, id, %s, 'attempt.submitting', '', '{{}}' {_MINE}
"""
_WON = f"SELECT lease_epoch, refusals, checks, reason {_MINE}"


@waypoints.inside
def plan(job: Job, leg: Mapping[str, Any], *, leg_index: int, delay: float = 0.0) -> Attempt:
    """Add the attempt for one leg and hold its price; inside the caller's transaction.

    Raises BudgetExceeded, which the caller lets undo what belongs together.
    """
    attempt = draft(job, leg, leg_index=leg_index, seq=job.attempts.count(), delay=delay)
    attempt.save(force_insert=True)
    ledger.hold(attempt, job)
    note(job, "attempt.planned", attempt=attempt, provider=attempt.provider, model=attempt.model)
    if not delay:
        queue.ring_submit(attempt.pk)
    return attempt


def draft(
    job: Job, leg: Mapping[str, Any], *, leg_index: int = 0, seq: int = 0, delay: float = 0.0
) -> Attempt:
    """The attempt for one leg, not saved yet."""
    return Attempt(
        **drafted(
            job,
            leg,
            centre=job.cost_centre,
            leg_index=leg_index,
            seq=seq,
            next_check_at=clock.after(delay),
        )
    )


def drafted(
    job: Job,
    leg: Mapping[str, Any],
    *,
    centre: CostCentre,
    leg_index: int = 0,
    seq: int = 0,
    next_check_at: datetime,
) -> dict[str, Any]:
    """The fields of the attempt for one leg; it stands in line where its job does."""
    lane = lane_of(job, centre, account_id=leg["account_id"], model=leg["model"])
    return {
        "workspace_id": job.workspace_id,
        "mode": job.mode,
        "job": job,
        "seq": seq,
        "account_id": leg["account_id"],
        "offer_id": leg["offer_id"],
        "price_row_id": leg["price_row_id"],
        "provider": leg["provider"],
        "model": leg["model"],
        # Shared by the jobs of one route; nobody changes a leg.
        "leg": leg,
        "leg_index": leg_index,
        # A seed of our own makes a lost task recognisable in the vendor's list.
        "seed": job.seed if job.seed is not None else secrets.randbits(31),
        "hook_token_hash": hook_hash(secrets.token_urlsafe(32)),
        "max_micros": leg["price_micros"],
        "lane": lane.key,
        "turn": job.turn,
        "next_check_at": next_check_at,
    }


def hook_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def claim(attempt: Attempt, *, owner: str, match_key: str, hook_token: str) -> bool:
    """planned → submitting: from here on a create may be on the wire, and a slot is taken."""
    moment = clock.now()
    taken = {
        "lease_owner": owner,
        "lease_until": moment + timedelta(seconds=LEASE_SECONDS),
        "submit_started_at": moment,
        "match_key": match_key,
        "hook_token_hash": hook_hash(hook_token),
    }
    try:
        with waypoints.commit("claimed"):
            won = _take(attempt, taken, moment=moment)
    except IntegrityError:
        # Another request that the vendor's list could not tell from this one is in doubt.
        Attempt.objects.filter(pk=attempt.pk, state=AttemptState.PLANNED).update(
            next_check_at=clock.after(1.0)
        )
        waypoints.passed("claim_put_off")
        return False
    if not won:
        return False
    [known] = won
    found = dict(zip(("lease_epoch", "refusals", "checks", "reason"), known, strict=True))
    for name, value in {**taken, **found, "state": AttemptState.SUBMITTING}.items():
        setattr(attempt, name, value)
    return True


@waypoints.inside
def _take(attempt: Attempt, taken: Mapping[str, Any], *, moment: datetime) -> list[tuple[Any, ...]]:
    """What a claim needs to know of the attempt; nothing where it is not to be had."""
    at = connection.ops.adapt_datetimefield_value
    told = [at(value) if isinstance(value, datetime) else value for value in taken.values()]
    mine, trip = [attempt.pk, taken["hook_token_hash"]], OneTrip()
    # As one message: every sender to this account waits for its row until this has been committed.
    slots.count_alone(attempt.account_id, trip)
    trip.add(_CLAIM, [*told, attempt.pk, at(moment), LaneKind.ASIDE.value])
    trip.add(_BEGIN, [at(moment), *mine])
    trip.add(_SAY, [at(moment), *mine])
    return trip.ask(_WON, mine)


def give_back(attempt: Attempt, *, delay: float, reason: str, counts: bool) -> bool:
    """submitting → planned, on proof that the vendor took nothing; costs no attempt."""
    with waypoints.commit("given_back"):
        won = _leased(attempt).update(
            state=AttemptState.PLANNED,
            lease_until=None,
            lease_owner="",
            next_check_at=clock.after(delay),
            refusals=F("refusals") + int(counts),
            checks=F("checks") + 1,
            reason=reason,
        )
        if won:
            note(attempt.job, "attempt.waiting", reason, attempt=attempt, seconds=round(delay, 1))
            queue.ring_drive()
    return bool(won)


def postpone(attempt: Attempt, *, delay: float, reason: str = "", counts: bool = False) -> None:
    """Look again later at an attempt that has not been claimed."""
    Attempt.objects.filter(pk=attempt.pk, state=AttemptState.PLANNED).update(
        next_check_at=clock.after(delay),
        refusals=F("refusals") + int(counts),
        reason=reason,
    )
    waypoints.passed("postponed")


def doubt(attempt: Attempt, *, reason: str) -> bool:
    """submitting → unknown: the vendor may have accepted; the hold stays, nothing is resent."""
    with waypoints.commit("doubted"):
        won = _leased(attempt).update(
            state=AttemptState.UNKNOWN,
            lease_until=None,
            lease_owner="",
            next_check_at=clock.now(),
            checks=0,
            reason=reason,
        )
        if won:
            note(attempt.job, "attempt.unknown", reason, attempt=attempt)
            queue.ring_drive()
    return bool(won)


def expire_leases() -> int:
    """submitting → unknown for every sender that is late or provably dead. Returns how many."""
    moment = clock.now()
    expired = 0
    for attempt in Attempt.objects.filter(state=AttemptState.SUBMITTING).select_related("job"):
        assert attempt.lease_until is not None  # noqa: S101  (a check constraint says so)
        late = attempt.lease_until < moment
        if not late and not is_dead(attempt.lease_owner):
            continue
        expired += doubt(
            attempt,
            reason="The worker that was sending this stopped; finding out whether it arrived.",
        )
    return expired


def _leased(attempt: Attempt):  # type: ignore[no-untyped-def]
    return Attempt.objects.filter(
        pk=attempt.pk, state=AttemptState.SUBMITTING, lease_epoch=attempt.lease_epoch
    )
