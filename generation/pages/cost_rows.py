"""Rows of cost reports with their bars, and the months that they link to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from urllib.parse import urlencode

from generation import clock
from generation.money.funnel import Funnel, Step
from generation.money.insight import Spent
from generation.money.pace import MOST_DAYS
from generation.money.report_span import Span, month_before, month_of, today_in


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One row of a breakdown with the length of its bar in percent of the longest."""

    row: Spent
    length: str


@dataclass(frozen=True, kw_only=True)
class StepBar:
    """A step or fate with its bar and its share, both of what was requested; empty where nobody
    knows. `state` is the filter of the queue that shows such jobs."""

    step: Step
    length: str
    share: str
    state: str = ""

    @property
    def cost_open(self) -> bool:
        """Whether nothing is booked because nobody knows yet what it will be."""
        return (
            self.step.name in ("unknown", "open") and bool(self.step.jobs) and not self.step.micros
        )


STATES = {
    "delivered": "completed",
    "refused": "failed",
    "failed": "failed",
    "cancelled": "cancelled",
    "unknown": "attention",
    "open": "open",
}


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """A day, or the days of one week. `jobs` is None for a week: one job may cost on several of
    its days."""

    first: str
    name: str
    jobs: int | None
    micros: int


def stretches_of(days: list[Spent]) -> list[Stretch]:
    """Day by day, or of very many days week by week, from Monday on."""
    if len(days) <= MOST_DAYS:
        return [Stretch(first=d.key, name=d.name, jobs=d.jobs, micros=d.micros) for d in days]
    weeks = groupby(days, key=lambda d: date.fromisoformat(d.key).isocalendar()[:2])
    return [_week(list(of_week)) for _, of_week in weeks]


def _week(days: list[Spent]) -> Stretch:
    first = date.fromisoformat(days[0].key)
    name = f"{first.day} {first:%b %Y}, {len(days)} day{'s' if len(days) > 1 else ''}"
    return Stretch(first=days[0].key, name=name, jobs=None, micros=sum(day.micros for day in days))


def bars_of(rows: list[Spent]) -> list[Bar]:
    most = max((row.micros for row in rows), default=0)
    return [Bar(row=row, length=_length(row.micros, most)) for row in rows]


def steps_of(passed: Funnel) -> list[StepBar]:
    """How many of the clips came how far."""
    return _bars(passed.steps, passed)


def fates_of(passed: Funnel) -> list[StepBar]:
    """Those that were not delivered, by why."""
    return _bars((fate for fate in passed.fates if fate.name != "delivered"), passed)


def months_of(span: Span) -> list[tuple[str, str]]:
    """The last three months as links: words and query."""
    zone = span.zone
    first = today_in(zone, now=clock.now()).replace(day=1)
    found = []
    for _ in range(3):
        month = month_of(first, zone=zone)
        query = urlencode({"first": month.first.isoformat(), "last": month.last.isoformat()})
        found.append((f"{month.first:%B %Y}", query))
        first = month_before(first)
    return found


def _bars(steps: Iterable[Step], passed: Funnel) -> list[StepBar]:
    asked = passed.steps[0].jobs or 0
    return [
        StepBar(
            step=step,
            length=_length(step.jobs or 0, asked),
            share="" if step.jobs is None or not asked else f"{100 * step.jobs / asked:.0f}\u00a0%",
            state=STATES.get(step.name, ""),
        )
        for step in steps
    ]


def _length(part: int, whole: int) -> str:
    return f"{100 * max(part, 0) / whole:.1f}%" if whole > 0 else "0%"
