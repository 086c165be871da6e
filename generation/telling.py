"""Everything that people and their systems are still to be told: one round of both."""

from generation import notices
from generation.money import alerts


def anything_due() -> bool:
    return notices.anything_due() or alerts.anything_due()


def tell_due(limit: int = 20) -> int:
    """Try up to `limit` notices and as many mails. Returns how many were tried or sent."""
    return notices.deliver_due(limit) + alerts.deliver_due(limit)
