"""Bringing accounts back: a free call tells whether a vendor that was shut answers again."""

import logging

from providers import health
from providers.clients import adapter_for
from providers.errors import ProviderError
from providers.many import ManyTransport
from providers.models import ProviderAccount

log = logging.getLogger(__name__)


def try_accounts(many: ManyTransport) -> int:
    """Probe every account whose pause is over. Returns how many answered well."""
    good = 0
    for account_id in health.due_trials():
        if not health.claim_trial(account_id):
            continue
        account = ProviderAccount.objects.get(pk=account_id)
        [answer] = many.ask_all([adapter_for(account.provider, account.mode).probe()])
        if isinstance(answer, ProviderError):
            # Whatever its class, the probe did not prove the vendor good.
            kind = answer.failure_class
            counted = kind if kind in ("auth", "credits") else "unavailable"
            health.note_failure(account_id, counted, answer.reason)
        else:
            health.note_good(account_id)
            good += 1
            log.info("account_is_back provider=%s mode=%s", account.provider, account.mode)
    return good
