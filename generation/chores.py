"""What is looked after now and then, once for all workers together."""

from generation import heartbeat, idempotency, orphans, trials
from generation.money import days_over
from providers.many import ManyTransport

EVERY_SECONDS = 30.0


def run_if_due() -> bool:
    """Book late tasks, try shut accounts, drop old answers, sum days: at most twice a minute.

    True when it ran.
    """
    if not heartbeat.take_seat("chores", owner=heartbeat.me(), seconds=EVERY_SECONDS):
        return False
    with ManyTransport() as many:
        orphans.book_late_tasks(many)
        trials.try_accounts(many)
    idempotency.forget_old()
    days_over.sum_days_over()
    return True
