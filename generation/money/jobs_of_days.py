"""The jobs that were asked for on some days and those delivered on them, in one statement.

Parts of one statement, not one condition: each is found by an index of its own.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, QuerySet, Value

from generation.choices import AttemptState, JobState
from generation.models import Attempt, Job
from generation.money.day_sums import Books, lies_below
from generation.money.report_span import midnight

IN_DOUBT = (AttemptState.UNKNOWN, AttemptState.LOST_BILLED)
ASKED, DOUBTFUL, MADE, ENDED = "asked", "doubtful", "made", "ended"
KINDS = (ASKED, ENDED)


class JobRow(NamedTuple):
    """`part` says why it is here: ASKED for on these days; asked for on others and ENDED on these
    with a clip; and once more, of those asked for that are not completed, as DOUBTFUL or MADE."""

    part: str
    pk: int
    created_at: datetime
    ended_at: datetime | None
    path: str
    state: str
    error_class: str
    generation_mode: str
    seconds: int
    ratio: str
    cost_micros: int


def jobs_of_days(
    books: Books, *, first: date, last: date, client: int | None, kinds: Iterable[str] = KINDS
) -> QuerySet[Any, Any]:
    """Rows as JobRow has them, in no order: of everybody or of what lies below a client."""
    mine = Job.objects.filter(lies_below(client), workspace_id=books.workspace_id, mode=books.mode)
    starts, ends = midnight(first, books.zone), midnight(last + timedelta(days=1), books.zone)
    parts: list[QuerySet[Any, Any]] = []
    if ASKED in kinds:
        parts += _asked(mine.filter(created_at__gte=starts, created_at__lt=ends))
    if ENDED in kinds:
        done = mine.filter(state=JobState.COMPLETED, ended_at__gte=starts, ended_at__lt=ends)
        if parts:
            done = done.exclude(created_at__gte=starts, created_at__lt=ends)
        parts.append(_part(done, ENDED))
    return parts[0].union(*parts[1:], all=True) if parts[1:] else parts[0]


def delivered(
    rows: Iterable[JobRow], *, starts: datetime, ends: datetime
) -> Iterator[tuple[JobRow, datetime]]:
    """Of such rows those that ended with a clip from one moment on and before another, and when."""
    for row in rows:
        if row.part in KINDS and row.state == JobState.COMPLETED:
            assert row.ended_at is not None  # noqa: S101  (a check constraint says so)
            if starts <= row.ended_at < ends:
                yield row, row.ended_at


def _asked(asked: QuerySet[Job]) -> list[QuerySet[Any, Any]]:
    rest = asked.exclude(state=JobState.COMPLETED)
    tries = Attempt.objects.filter(job=OuterRef("pk"), state=AttemptState.SUCCEEDED)
    doubtful = Attempt.objects.filter(state__in=IN_DOUBT).values("job_id")
    return [
        _part(asked, ASKED),
        _part(rest.filter(pk__in=doubtful), DOUBTFUL),
        _part(rest.filter(Exists(tries)), MADE),
    ]


def _part(jobs: QuerySet[Job], name: str) -> QuerySet[Any, Any]:
    columns = ("cost_centre__path" if one == "path" else one for one in JobRow._fields[1:])
    return jobs.annotate(part=Value(name)).values_list("part", *columns).order_by()
