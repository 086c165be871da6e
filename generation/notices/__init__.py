"""Telling the outside that a job has ended. Rows first, delivery after."""

from generation.notices.addresses import check_address
from generation.notices.delivering import deliver, deliver_due
from generation.notices.rows import again, anything_due, due, job_ended
from generation.notices.signing import secret_for

__all__ = [
    "again",
    "anything_due",
    "check_address",
    "deliver",
    "deliver_due",
    "due",
    "job_ended",
    "secret_for",
]
