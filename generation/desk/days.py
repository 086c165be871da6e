"""Choosing rows by the time at which they came, by UTC, without an index on that time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from generation import clock
from generation.ids_by_time import first_id_at

# Rows of writers at work at the same time may come out of order by so many ids.
SLACK = 1000
KNOWN = (
    ("24h", "Last 24 hours"),
    ("today", "Today"),
    ("yesterday", "Yesterday"),
    ("7d", "Last 7 days"),
)


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """From `first` up to, not including, `until`."""

    first: datetime
    until: datetime


def stretch_of(text: str, *, now: datetime) -> Stretch | None:
    """What a word, a day ("2026-11-22") or a month ("2026-11") stands for; None for nonsense."""
    today = now.astimezone(UTC).date()
    end = now + timedelta(days=1)
    if text == "24h":
        return Stretch(first=now - timedelta(hours=24), until=end)
    if text == "7d":
        return Stretch(first=now - timedelta(days=7), until=end)
    if text in ("today", "yesterday"):
        return _days(today - timedelta(days=text == "yesterday"), count=1)
    try:
        if len(text) == 7:
            month = date.fromisoformat(f"{text}-01")
            following = (month + timedelta(days=31)).replace(day=1)
            return _days(month, count=(following - month).days)
        return _days(date.fromisoformat(text), count=1)
    except (ValueError, OverflowError):
        return None


def first_id(rows: QuerySet[Any, Any], *, at: datetime, field: str) -> int:
    """An id below which no row is as late as `at`, give or take nothing: SLACK is taken off."""
    return max(first_id_at(rows, at, field=field) - SLACK, 0)


def come_in(
    rows: QuerySet[Any, Any], stretch: Stretch, *, model: type[Model], field: str
) -> QuerySet[Any, Any]:
    """Those of the rows whose time lies in the stretch."""
    everything = model._default_manager.all()
    lowest = first_id(everything, at=stretch.first, field=field)
    highest = first_id(everything, at=stretch.until, field=field) + 2 * SLACK
    inside = {f"{field}__gte": stretch.first, f"{field}__lt": stretch.until}
    return rows.filter(pk__gte=lowest, pk__lt=highest, **inside)


class DayWords(admin.SimpleListFilter):
    """The last hours and days; a month that was chosen opens up into its days."""

    title, parameter_name = "when (UTC)", "day"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, str]]:
        chosen = request.GET.get("day", "")
        today = clock.now().astimezone(UTC).date()
        months = [f"{_back(today, months=count):%Y-%m}" for count in range(3)]
        if len(chosen) in (7, 10) and chosen[:7] not in months and _valid(chosen):
            months.append(chosen[:7])
        shown = [*KNOWN]
        for month in months:
            shown.append((month, f"{date.fromisoformat(month + '-01'):%B %Y}"))
            if chosen[:7] == month and _valid(chosen):
                shown += _days_of(month, until=today)
        return shown

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        stretch = stretch_of(self.value() or "", now=clock.now()) if self.value() else None
        if stretch is None:
            return queryset
        desk: Any = admin.site.get_model_admin(queryset.model)
        return come_in(queryset, stretch, model=queryset.model, field=desk.when)


def _valid(text: str) -> bool:
    return stretch_of(text, now=clock.now()) is not None


def _days(first: date, *, count: int) -> Stretch:
    start = datetime.combine(first, time.min, tzinfo=UTC)
    return Stretch(first=start, until=start + timedelta(days=count))


def _back(day: date, *, months: int) -> date:
    for _ in range(months):
        day = day.replace(day=1) - timedelta(days=1)
    return day.replace(day=1)


def _days_of(month: str, *, until: date) -> list[tuple[str, str]]:
    first = date.fromisoformat(f"{month}-01")
    days = [first + timedelta(days=count) for count in range(31)]
    return [
        (day.isoformat(), f"· {day:%a} {day.day}")
        for day in days
        if day.month == first.month and day <= until
    ]
