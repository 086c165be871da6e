"""How a stretch of days ran: what was spent up to each day, and where it goes from today."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

MOST_DAYS = 100
SUNDAY = 6


@dataclass(frozen=True, kw_only=True)
class PaceDay:
    """Micro-dollars. `spent` is all up to the end of the day, None for days to come; `ahead` is
    None for days that are over: today what is spent and held, then the way to the forecast."""

    day: date
    spent: int | None
    ahead: int | None


@dataclass(frozen=True, kw_only=True)
class Pace:
    """`forecast` is None where the days are over or have no end, `limit` where nothing limits
    them. `held` is what is held now."""

    days: tuple[PaceDay, ...]
    spent: int
    held: int
    forecast: int | None
    limit: int | None

    @property
    def told(self) -> tuple[PaceDay, ...]:
        """All days, or of very many the last of each week, today and the very last."""
        if len(self.days) <= MOST_DAYS:
            return self.days
        today = next((one for one in self.days if one.ahead is not None), self.days[-1])
        last = {today.day, self.days[-1].day}
        return tuple(one for one in self.days if one.day.weekday() == SUNDAY or one.day in last)


def pace(
    costs: Mapping[date, int],
    *,
    first: date,
    last: date,
    today: date,
    spent: int,
    held: int = 0,
    forecast: int | None = None,
    limit: int | None = None,
) -> Pace:
    """`spent` is what it all came to by now; days are told backwards from it, so that the last
    point is true even where `costs` by day know of more or less."""
    after = sum(micros for day, micros in costs.items() if first <= day <= min(last, today))
    so_far, days = spent - after, []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        so_far += costs.get(day, 0)
        ahead = _ahead(day, today=today, last=last, used=spent + held, forecast=forecast)
        days.append(PaceDay(day=day, spent=so_far if day <= today else None, ahead=ahead))
    return Pace(days=tuple(days), spent=spent, held=held, forecast=forecast, limit=limit)


def _ahead(day: date, *, today: date, last: date, used: int, forecast: int | None) -> int | None:
    """A straight line from what is used today to the forecast on the last day."""
    if forecast is None or day < today:
        return None
    if day == last:
        return forecast
    return used + (forecast - used) * (day - today).days // (last - today).days
