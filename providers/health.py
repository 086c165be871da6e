"""The circuit of each provider account, shared by all workers.

closed ──5 × unavailable in a row, 3 unknown outcomes in 10 minutes──► open
closed ──key refused, out of credits───────────────────────────────► open, for long
open ──its time has run out, exactly one caller claims the trial────► half open
half open ──good──► closed      half open ──bad──► open, for longer

A refusal for content or for a bad request says nothing about the vendor and never counts. Times
are passed in by callers that have the database's clock; otherwise ours is taken.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from providers.models import AccountState, Circuit, ProviderAccount

FAILURES_TO_OPEN = 5
UNKNOWNS_TO_OPEN = 3
UNKNOWN_WINDOW = timedelta(minutes=10)
# A worker that claimed the trial and died must not keep the account shut for ever.
TRIAL_LEASE = timedelta(seconds=60)
GOOD_NEWS_EVERY = timedelta(seconds=60)


@dataclass(frozen=True, kw_only=True)
class Pauses:
    """How long an account is left alone."""

    first: timedelta
    longest: timedelta
    refused: timedelta
    unknown: timedelta


PAUSES = {
    "live": Pauses(
        first=timedelta(seconds=30),
        longest=timedelta(minutes=10),
        refused=timedelta(hours=1),
        unknown=timedelta(minutes=10),
    ),
    # Failures of test mode are rehearsed, by one user among others who share the account.
    "test": Pauses(
        first=timedelta(seconds=1),
        longest=timedelta(seconds=4),
        refused=timedelta(seconds=2),
        unknown=timedelta(seconds=1),
    ),
}


def usable(account: ProviderAccount, *, now: datetime | None = None) -> str:
    """Why nothing new may be planned on this account, or "". Changes nothing.

    An account whose pause is over counts as usable: whoever submits first is its trial.
    """
    if account.state != AccountState.ACTIVE:
        return why_not_active(account)
    return _circuit_reason(account, now=now or timezone.now())


def why_not_active(account: ProviderAccount) -> str:
    """Who took it out, since when and why: "Paused by ann since 2026-11-23 09:00 UTC: …"."""
    words = account.get_state_display()
    if not account.state_by or account.state_at is None:
        return account.state_reason or words
    since = f"{account.state_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return f"{words} by {account.state_by} since {since}: {account.state_reason}"


def _circuit_reason(account: ProviderAccount, *, now: datetime) -> str:
    waiting = account.circuit_until is not None and account.circuit_until > now
    if account.circuit != Circuit.CLOSED and waiting:
        return account.circuit_reason or "Not asked for now"
    return ""


def take_turn(account: ProviderAccount, *, now: datetime | None = None) -> str:
    """Right before a submission, of an account that has just been read: why it must not go out,
    or "".

    Where a trial is due, exactly one caller gets "" and is the trial; it must end in
    `note_good` or `note_failure`, or the trial is given to another after its lease.
    """
    now = now or timezone.now()
    # Clips that were planned before the account began to drain are still to be made there.
    draining = account.state == AccountState.DRAINING
    reason = _circuit_reason(account, now=now) if draining else usable(account, now=now)
    if reason or account.circuit == Circuit.CLOSED:
        return reason
    return "" if claim_trial(account.pk, now=now) else "Being tried by another clip"


def claim_trial(account_id: int, *, now: datetime | None = None) -> bool:
    """Become the one that tries an account whose pause is over, say by `Adapter.probe`."""
    now = now or timezone.now()
    due = Q(circuit__in=(Circuit.OPEN, Circuit.HALF_OPEN)) & Q(circuit_until__lte=now)
    claimed = ProviderAccount.objects.filter(due, pk=account_id).update(
        circuit=Circuit.HALF_OPEN, circuit_until=now + TRIAL_LEASE
    )
    return claimed == 1


def due_trials(*, now: datetime | None = None) -> tuple[int, ...]:
    """Accounts that a free probe could bring back; claim each before asking."""
    open_ones = ProviderAccount.objects.exclude(circuit=Circuit.CLOSED).filter(
        state=AccountState.ACTIVE, circuit_until__lte=now or timezone.now()
    )
    return tuple(open_ones.values_list("pk", flat=True))


def note_good(account_id: int, *, now: datetime | None = None) -> None:
    """A create was accepted, or a probe answered. Polls prove less and are not noted here.

    Good news of an account that is still shut comes from before it was shut and is passed over.
    """
    now = now or timezone.now()
    account = ProviderAccount.objects.get(pk=account_id)
    fresh = account.last_good_at is not None and now - account.last_good_at < GOOD_NEWS_EVERY
    calm = account.circuit == Circuit.CLOSED and not account.failures_in_row
    # This runs once a clip, so it writes only when there is something to say.
    if calm and fresh:
        return
    ProviderAccount.objects.filter(pk=account_id).exclude(circuit=Circuit.OPEN).update(
        circuit=Circuit.CLOSED,
        circuit_reason="",
        circuit_since=None,
        circuit_until=None,
        failures_in_row=0,
        opened_times=0,
        last_good_at=now,
    )


def note_failure(
    account_id: int, failure_class: str, reason: str, *, now: datetime | None = None
) -> None:
    """Count a failure of the vendor itself; other classes leave the account as it is."""
    if failure_class not in ("auth", "credits", "unavailable", "unknown"):
        return
    now = now or timezone.now()
    with transaction.atomic():
        account = ProviderAccount.objects.select_for_update().get(pk=account_id)
        if failure_class == "unknown":
            _count_unknown(account, now=now)
        elif failure_class == "unavailable":
            _count_unavailable(account, reason, now=now)
        else:
            _open(account, reason, pause=PAUSES[account.mode].refused, now=now)
        account.save(
            update_fields=[
                "circuit",
                "circuit_reason",
                "circuit_since",
                "circuit_until",
                "failures_in_row",
                "opened_times",
                "unknowns_in_window",
                "unknown_window_from",
            ]
        )


def ask_again(account_id: int) -> None:
    """A person says that the cause is gone: the next submission is the trial."""
    ProviderAccount.objects.filter(pk=account_id).exclude(circuit=Circuit.CLOSED).update(
        circuit=Circuit.OPEN, circuit_until=timezone.now()
    )


def _count_unavailable(account: ProviderAccount, reason: str, *, now: datetime) -> None:
    account.failures_in_row += 1
    # While it is shut, answers to older calls still come in; they must not prolong it.
    if account.circuit == Circuit.OPEN:
        return
    if account.circuit == Circuit.HALF_OPEN or account.failures_in_row >= FAILURES_TO_OPEN:
        pauses = PAUSES[account.mode]
        doubled = pauses.first * 2 ** min(account.opened_times, 16)
        _open(account, reason, pause=min(doubled, pauses.longest), now=now)


def _count_unknown(account: ProviderAccount, *, now: datetime) -> None:
    began = account.unknown_window_from
    if began is None or now - began > UNKNOWN_WINDOW:
        account.unknown_window_from = now
        account.unknowns_in_window = 0
    account.unknowns_in_window += 1
    if account.unknowns_in_window >= UNKNOWNS_TO_OPEN or account.circuit == Circuit.HALF_OPEN:
        account.unknown_window_from = None
        account.unknowns_in_window = 0
        _open(
            account,
            "Several requests went without an answer",
            pause=PAUSES[account.mode].unknown,
            now=now,
        )


def _open(account: ProviderAccount, reason: str, *, pause: timedelta, now: datetime) -> None:
    until = now + pause
    still = account.circuit == Circuit.OPEN and account.circuit_until
    if still and account.circuit_until and account.circuit_until >= until:
        return
    account.opened_times += 1
    if account.circuit == Circuit.CLOSED:
        account.circuit_since = now
    account.circuit = Circuit.OPEN
    account.circuit_reason = reason[:200]
    account.circuit_until = until
