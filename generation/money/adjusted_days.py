"""How much of what was booked on a day corrects the costs of which other day, by client.

It is kept with the other sums of days that are over, as a dimension of its own: `key` is the id
of the campaign's centre, empty for none, `day` when the adjustment was booked, and `before` the day
of the cost.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from django.db.models import (
    Case,
    DateTimeField,
    IntegerField,
    Max,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    When,
)
from django.db.models.functions import Coalesce, TruncMonth

from generation.choices import LineKind
from generation.models import LedgerLine
from generation.money.centre_places import Places
from generation.money.day_sums import Books, Row, Sums
from generation.money.report_span import midnight

ADJUSTED = "adjust"
Adjustment = tuple[str, int, datetime, datetime]


def adjustments(lines: QuerySet[LedgerLine]) -> Iterator[Adjustment]:
    """Of lines that adjust costs: the centre's path, micro-dollars, when the adjustment was booked
    and when the cost was."""
    settled = LedgerLine.objects.filter(
        attempt=OuterRef("attempt"), kind__in=(LineKind.SETTLE, LineKind.RELEASE)
    )
    dated = lines.annotate(
        at=Coalesce(
            Subquery(settled.values("created_at")[:1]), "created_at", output_field=DateTimeField()
        )
    )
    rows = dated.values_list("cost_centre__path", "spent_delta", "created_at", "at")
    yield from rows.iterator(chunk_size=5000)


def adjusted_rows(books: Books, *, first: date, last: date) -> dict[Row, Sums]:
    """What is to be kept of these days, out of their lines."""
    lines = books.costs().filter(
        kind=LineKind.ADJUST,
        created_at__gte=midnight(first, books.zone),
        created_at__lt=midnight(last + timedelta(days=1), books.zone),
    )
    places = Places(workspace_id=books.workspace_id, mode=books.mode)
    found: defaultdict[Row, Sums] = defaultdict(Sums)
    for path, micros, booked, corrects in adjustments(lines):
        client, campaign = places.of(path)
        day, before = (at.astimezone(books.zone).date() for at in (booked, corrects))
        if client:
            found[int(client), ADJUSTED, campaign, day, before].micros += micros
    return dict(found)


def kept_in(
    books: Books, *, client: int, spans: Sequence[tuple[date, date]], last: date
) -> list[tuple[str, int | None, int | None, int]]:
    """What was adjusted from the first day of some spans that follow each other through `last`:
    key, in which span it was booked, in which span the cost was, micro-dollars; None for after or
    before them all."""
    first, ends = spans[0][0], [end for _, end in spans]
    booked = Case(*(When(day__lte=end, then=at) for at, end in enumerate(ends)))
    about = Case(
        When(before__lt=first, then=None),
        *(When(before__lte=end, then=at) for at, end in enumerate(ends)),
        output_field=IntegerField(),
    )
    rows = books.kept(client, ADJUSTED, first, last).values_list("key", booked, about)
    return list(rows.annotate(Sum("micros")).order_by())


def latest_kept(books: Books, *, client: int, first: date) -> dict[date, date]:
    """The first day of each month to the latest day, from `first` on, on which costs of that month
    were adjusted."""
    rows = books.kept(client, ADJUSTED, first, date.max).annotate(month=TruncMonth("before"))
    return dict(rows.values_list("month").annotate(Max("day")).order_by())
