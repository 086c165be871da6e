"""What is looked after now and then, once for all workers together."""

from accounts import audit_chain, digests, key_warnings, letters
from generation import heartbeat, hook_setup, idempotency, orphans, provider_days, trials
from generation.money import days_over, ledger_months
from providers.many import ManyTransport

EVERY_SECONDS = 30.0


def run_if_due() -> bool:
    """Book late tasks, try shut accounts, see that the sandbox calls back, drop old answers, sum
    days, warn of keys that end, write the daily mails and seal the audit trail: at most twice a
    minute.

    True when it ran.
    """
    if not heartbeat.take_seat("chores", owner=heartbeat.me(), seconds=EVERY_SECONDS):
        return False
    with ManyTransport() as many:
        orphans.book_late_tasks(many)
        trials.try_accounts(many)
        hook_setup.set_up(many)
    idempotency.forget_old()
    letters.forget_old()
    key_warnings.warn_due()
    digests.write_due()
    audit_chain.seal_settled()
    days_over.sum_days_over()
    ledger_months.add_days_over()
    provider_days.add_days_over()
    return True
