"""Everything that people and their systems are still to be told: one round of all of it."""

from accounts import letters
from generation import notices
from generation.money import alerts


def anything_due() -> bool:
    return (
        notices.anything_due()
        or notices.any_batch_ended()
        or notices.mail_due()
        or alerts.anything_due()
        or letters.anything_due()
    )


def tell_due(limit: int = 40) -> int:
    """Try up to `limit` notices and as many mails. Returns how many were tried or sent."""
    notices.note_ended_batches()
    tried = notices.deliver_due(limit)
    mailed = notices.mail_owners(limit) + alerts.deliver_due(limit) + letters.send_due(limit)
    return tried + mailed
