"""A client's adjustments: in which spans of days they were booked, and in which stands what they
correct. Days that are over are summed; later ones are read from their lines."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from generation.choices import LineKind
from generation.models import CostCentre, LedgerLine
from generation.money.adjusted_days import adjustments, kept_in, latest_kept
from generation.money.centre_places import Places
from generation.money.day_sums import Books
from generation.money.report_span import midnight
from generation.money.summed_days import SummedDays

Days = tuple[date, date]


@dataclass(kw_only=True)
class Adjusted:
    """Micro-dollars adjusted in a span, and those that correct its costs; None for none."""

    booked: int = 0
    corrected: int | None = None


@dataclass(frozen=True, kw_only=True)
class _Line:
    """`key` is the id of the campaign's centre, empty for none."""

    key: str
    micros: int
    booked: date
    corrects: date


def adjusted_in(
    client: CostCentre, summed: SummedDays, spans: Sequence[Days]
) -> list[defaultdict[str, Adjusted]]:
    """Of each of some spans that follow each other, by the id of the campaign, empty for none."""
    found: list[defaultdict[str, Adjusted]] = [defaultdict(Adjusted) for _ in spans]
    # A cost is booked before what corrects it.
    first, through = spans[0][0], summed.through
    rows = []
    if through >= first:
        rows += kept_in(summed.books, client=client.pk, spans=spans, last=through)
    for line in _since(client, summed.books, first=max(first, through + timedelta(days=1))):
        places = _place(spans, line.booked), _place(spans, line.corrects)
        rows.append((line.key, *places, line.micros))
    for key, booked, about, micros in rows:
        if booked is not None:
            found[booked][key].booked += micros
        if about is not None:
            row = found[about][key]
            row.corrected = (row.corrected or 0) + micros
    return found


def last_adjusted(client: CostCentre, summed: SummedDays) -> dict[date, date]:
    """The first day of each month to the latest day, from the first of the summed days on, on
    which a cost of that month was adjusted."""
    latest: dict[date, date] = {}
    first, through = summed.first, summed.through
    if through >= first:
        latest = latest_kept(summed.books, client=client.pk, first=first)
    for line in _since(client, summed.books, first=max(first, through + timedelta(days=1))):
        month = line.corrects.replace(day=1)
        latest[month] = max(line.booked, latest.get(month, line.booked))
    return latest


def _place(spans: Sequence[Days], day: date) -> int | None:
    if day < spans[0][0]:
        return None
    return next((at for at, (_, last) in enumerate(spans) if day <= last), None)


def _since(client: CostCentre, books: Books, *, first: date) -> list[_Line]:
    """Those that were booked on that day and later."""
    lines = LedgerLine.objects.filter(
        workspace_id=client.workspace_id,
        mode=client.mode,
        cost_centre__path__startswith=client.path,
        kind=LineKind.ADJUST,
        created_at__gte=midnight(first, books.zone),
    ).exclude(spent_delta=0)
    rows = list(adjustments(lines))
    if not rows:
        return []
    places = Places(workspace_id=client.workspace_id, mode=client.mode)

    def day(at: datetime) -> date:
        return at.astimezone(books.zone).date()

    return [
        _Line(key=places.of(path)[1], micros=micros, booked=day(booked), corrects=day(corrects))
        for path, micros, booked, corrects in rows
    ]
