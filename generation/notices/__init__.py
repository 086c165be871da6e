"""Telling the outside what has happened. Rows first, delivery after."""

from generation.notices.addresses import check_address
from generation.notices.delivering import deliver_due
from generation.notices.health import mail_due, mail_owners
from generation.notices.outbox import (
    any_batch_ended,
    budget_crossed,
    job_ended,
    job_in_doubt,
    month_closed,
    note_ended_batches,
)
from generation.notices.rows import again, anything_due
from generation.notices.signing import secret_for

__all__ = [
    "again",
    "any_batch_ended",
    "anything_due",
    "budget_crossed",
    "check_address",
    "deliver_due",
    "job_ended",
    "job_in_doubt",
    "mail_due",
    "mail_owners",
    "month_closed",
    "note_ended_batches",
    "secret_for",
]
