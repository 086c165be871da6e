"""Ages, in seconds that are never below nothing."""

from datetime import datetime


def seconds_since(then: datetime | None, moment: datetime) -> float:
    """0 where it never was, or is still to come."""
    return max(0.0, (moment - then).total_seconds()) if then else 0.0
