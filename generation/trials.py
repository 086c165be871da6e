"""Bringing accounts back: a free call tells whether a vendor that was shut answers again."""

import logging

from providers import health
from providers.base import Steps, run
from providers.call_figures import asked
from providers.clients import adapter_for
from providers.errors import ProviderError
from providers.many import ManyTransport
from providers.models import Circuit, ProviderAccount
from providers.transports import transport_for
from providers.types import Asking

log = logging.getLogger(__name__)


def try_accounts(many: ManyTransport) -> int:
    """Probe every account whose pause is over. Returns how many answered well."""
    good = 0
    for account_id in health.due_trials():
        if not health.claim_trial(account_id):
            continue
        account = ProviderAccount.objects.get(pk=account_id)
        [answer] = many.ask_all([_probe(account)])
        if isinstance(answer, ProviderError):
            _note(account_id, answer)
        else:
            health.note_good(account_id)
            good += 1
            log.info("account_is_back provider=%s mode=%s", account.provider, account.mode)
    return good


def try_now(account_id: int) -> ProviderError | None:
    """Ask one account by a free call, because a person wants to know: what is wrong, or None.

    An account that was shut is open again when the call goes well.
    """
    account = ProviderAccount.objects.get(pk=account_id)
    if account.circuit != Circuit.CLOSED:
        health.ask_again(account_id)
        health.claim_trial(account_id)
    send = transport_for(account.provider, account.mode).send
    try:
        run(_probe(account), send)
    except ProviderError as failure:
        _note(account_id, failure)
        return failure
    health.note_good(account_id)
    return None


def _probe(account: ProviderAccount) -> Steps[None]:
    steps = adapter_for(account.provider, account.mode).probe()
    return asked(steps, Asking(account.provider, account.mode, "probe"))


def _note(account_id: int, failure: ProviderError) -> None:
    """Whatever its class, the probe did not prove the vendor good."""
    kind = failure.failure_class
    counted = kind if kind in ("auth", "credits") else "unavailable"
    health.note_failure(account_id, counted, failure.reason)
