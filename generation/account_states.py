"""Taking our account at a provider out of work and putting it back, by a person with a reason."""

from django.db import transaction

from accounts.models import User
from generation import clock
from generation.asks import Refused
from generation.shared_audit import record_for_all
from providers import health
from providers.models import AccountState, ProviderAccount

LONGEST_REASON = 200
DEEDS = {
    AccountState.ACTIVE: "resume",
    AccountState.PAUSED: "pause",
    AccountState.DRAINING: "drain",
}


def reason_of(text: str) -> str:
    """The reason on one line. Raises Refused for none, and for one that is too long."""
    words = " ".join(text.split())
    if not 1 <= len(words) <= LONGEST_REASON:
        raise Refused(f"Say why, in up to {LONGEST_REASON} characters.", field="reason")
    return words


def change_state(
    account_id: int, *, state: AccountState, reason: str, by: User, ip: str | None = None
) -> ProviderAccount:
    """Pause, drain or resume an account. Raises Refused without a reason, for a state that it
    has already, and for a retired account; nothing is written then."""
    words = reason_of(reason)
    with transaction.atomic():
        account = ProviderAccount.objects.select_for_update().get(pk=account_id)
        if account.state in (state, AccountState.RETIRED) or state not in DEEDS:
            said = f"{account} is {account.get_state_display().lower()} already."
            raise Refused(f"{said} Nothing was changed.", field="state")
        before = _told(account)
        account.state, account.state_reason = state, words
        account.state_by, account.state_at = by.get_username(), clock.now()
        account.save(update_fields=["state", "state_reason", "state_by", "state_at"])
        _record(account, DEEDS[state], words, by=by, ip=ip, before=before)
    return account


def ask_again(account_id: int, *, reason: str, by: User, ip: str | None = None) -> None:
    """The cause is gone, says a person: the next clip is the trial of a shut account."""
    words = reason_of(reason)
    with transaction.atomic():
        account = ProviderAccount.objects.select_for_update().get(pk=account_id)
        health.ask_again(account_id)
        _record(account, "ask_again", words, by=by, ip=ip, before=_told(account))


def _told(account: ProviderAccount) -> dict[str, str]:
    return {"state": account.state, "reason": account.state_reason, "circuit": account.circuit}


def _record(
    account: ProviderAccount,
    deed: str,
    reason: str,
    *,
    by: User,
    ip: str | None,
    before: dict[str, str],
) -> None:
    record_for_all(
        f"provider.{deed}",
        f"provider_account:{account.pk}",
        reason,
        mode=account.mode,
        by=by,
        ip=ip,
        before=before,
        after=_told(account),
    )
