"""The days that a report is about, in the workspace's own time zone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from accounts.models import Workspace


@dataclass(frozen=True, kw_only=True)
class Span:
    """From the first to the last day, both included; `starts` and `ends` are UTC, half open."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def starts(self) -> datetime:
        return midnight(self.first, self.zone)

    @property
    def ends(self) -> datetime:
        return midnight(self.last + timedelta(days=1), self.zone)

    @property
    def days(self) -> Iterator[date]:
        return (
            self.first + timedelta(days=number)
            for number in range((self.last - self.first).days + 1)
        )


def midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def zone_of(workspace_id: int) -> ZoneInfo:
    """The workspace's time zone; UTC where its name is none."""
    name = Workspace.objects.values_list("time_zone", flat=True).get(pk=workspace_id)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def today_in(zone: ZoneInfo, *, now: datetime) -> date:
    return now.astimezone(zone).date()


def month_of(day: date, *, zone: ZoneInfo) -> Span:
    """The whole month in which `day` lies."""
    first = day.replace(day=1)
    return Span(first=first, last=month_after(first) - timedelta(days=1), zone=zone)


def month_before(first: date) -> date:
    return (first - timedelta(days=1)).replace(day=1)


def months_before(day: date, number: int) -> date:
    """The first day of the month that lies so many months before the day's."""
    first = day.replace(day=1)
    for _ in range(number):
        first = month_before(first)
    return first


def month_after(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def span_words(first: date, last: date | None) -> str:
    """ "November 2026", "1 Nov 2026 to 15 Jan 2027", "since 3 Nov 2026"."""
    if last is None:
        return f"since {_day(first)}"
    same_month = (last.year, last.month) == (first.year, first.month)
    if first.day == 1 and same_month and _is_month_end(last):
        return f"{first:%B %Y}"
    return f"{_day(first)} to {_day(last)}"


def _is_month_end(day: date) -> bool:
    return date.fromordinal(day.toordinal() + 1).day == 1


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
