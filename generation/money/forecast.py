"""Where a period will end if it goes on like this.

forecast = spent + held + spent per day so far × days that are left

Days are counted in seconds; the first day counts as a whole one, so that the first clip of a
month does not forecast a fortune. Without a last day there is nothing to forecast.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from generation import clock
from generation.models import BudgetPeriod
from generation.money.periods import bounds

FORMULA = "spent + held + spent per day so far × days left"
ONE_DAY = timedelta(days=1)


def forecast_micros(period: BudgetPeriod, *, zone: ZoneInfo) -> int | None:
    """Micro-dollars at the period's end, rounded up; None for a period without an end."""
    begins, ends = bounds(period, zone=zone)
    if ends is None:
        return None
    return ahead_micros(
        spent=period.spent_micros, held=period.held_micros, begins=begins, ends=ends
    )


def ahead_micros(*, spent: int, held: int, begins: datetime, ends: datetime) -> int:
    """What spending that began at one moment will have come to at another one, rounded up."""
    moment = clock.now()
    elapsed = max(moment - begins, ONE_DAY) // timedelta(seconds=1)
    left = max(ends - max(moment, begins), timedelta()) // timedelta(seconds=1)
    return spent + held + -(-spent * left // elapsed)
