"""Writing down what the days that are over came to, and proving it.

A line is dated when it is written, so the sums of a day cannot change once nobody is still
writing in it. Jobs do change: their marks tell which days' jobs to count anew.
"""

import secrets
from collections.abc import Iterator
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import Min

from generation import clock
from generation.models import CentreKind, CostCentre, DaysOver, DaySum, Job, JobMark, JobSum
from generation.money.adjusted_days import adjusted_rows
from generation.money.day_sums import Books, Row, Sums
from generation.money.jobs_over import job_differences, write_changed, write_jobs
from generation.money.report_span import today_in, zone_of

# A transaction that began before midnight may commit after it; none takes this long.
QUIET = timedelta(hours=1)
CHUNK_DAYS = 31


def sum_days_over() -> int:
    """Sum what is over and not summed yet, in every workspace. Returns how many rows were made."""
    made = 0
    for workspace_id, mode in _spenders():
        books = Books(workspace_id=workspace_id, mode=mode, zone=zone_of(workspace_id))
        made += _catch_up(books)
        made += _sum_changed(books)
    return made


def sum_anew() -> int:
    """Forget all sums and make them again. Returns how many rows there are then."""
    with transaction.atomic():
        DaySum.objects.all().delete()
        JobSum.objects.all().delete()
        JobMark.objects.all().delete()
        DaysOver.objects.all().delete()
    return sum_days_over()


def differences() -> Iterator[str]:
    """A sentence for each row that is not what the lines come to now; none when all is well."""
    for over in DaysOver.objects.order_by("pk"):
        books = Books(workspace_id=over.workspace_id, mode=over.mode, zone=ZoneInfo(over.zone))
        mine = DaySum.objects.filter(workspace_id=over.workspace_id, mode=over.mode)
        for first, last in _chunks(_first_day(books) or over.through, over.through):
            stored = {
                (row.client, row.dimension, row.key, row.day, row.before): Sums(
                    micros=row.micros, jobs=row.jobs, clips=row.clips, seconds=row.seconds
                )
                for row in mine.filter(day__gte=first, day__lte=last)
            }
            counted = _counted(books, first, last)
            for key in sorted({*stored, *counted}):
                if stored.get(key, Sums()) != counted.get(key, Sums()):
                    yield f"{key[3]} {key[1]} “{key[2]}” of workspace {over.workspace_id}"
            yield from job_differences(books, first=first, last=last)


def _spenders() -> list[tuple[int, str]]:
    """Every workspace and mode with jobs."""
    rows = CostCentre.objects.filter(kind=CentreKind.WORKSPACE)
    return list(rows.order_by("pk").values_list("workspace_id", "mode"))


def _catch_up(books: Books) -> int:
    last = today_in(books.zone, now=clock.now() - QUIET) - timedelta(days=1)
    through = books.summed().through
    if through is not None and through >= last:
        return 0
    first = through + timedelta(days=1) if through else _first_day(books)
    made = 0
    for begin, end in _chunks(first or last, last):
        made += _sum(books, begin, end)
    return made


def _first_day(books: Books) -> date | None:
    """The day of the first job, since nothing is paid or delivered before it."""
    mine = Job.objects.filter(workspace_id=books.workspace_id, mode=books.mode)
    at = mine.aggregate(at=Min("created_at"))["at"]
    return at.astimezone(books.zone).date() if at else None


def _chunks(first: date, last: date) -> Iterator[tuple[date, date]]:
    while first <= last:
        end = min(first + timedelta(days=CHUNK_DAYS - 1), last)
        yield first, end
        first = end + timedelta(days=1)


def _sum(books: Books, first: date, last: date) -> int:
    """Write the rows of these days and move on to `last`, unless somebody else has."""
    with transaction.atomic():
        _take_long()
        kept = {"workspace_id": books.workspace_id, "mode": books.mode}
        day_before = first - timedelta(days=1)
        over, _ = DaysOver.objects.get_or_create(
            **kept, defaults={"zone": books.zone.key, "through": day_before}
        )
        over = DaysOver.objects.select_for_update().get(pk=over.pk)
        if over.zone != books.zone.key:
            DaySum.objects.filter(**kept).delete()
            JobSum.objects.filter(**kept).delete()
            over.zone, over.through = books.zone.key, day_before
        if over.through != day_before:
            return 0
        counted = _counted(books, first, last)
        DaySum.objects.bulk_create(
            (
                DaySum(
                    **kept,
                    client=client,
                    dimension=dimension,
                    key=key,
                    day=day,
                    before=before,
                    micros=sums.micros,
                    jobs=sums.jobs,
                    clips=sums.clips,
                    seconds=sums.seconds,
                )
                for (client, dimension, key, day, before), sums in counted.items()
            ),
            batch_size=500,
        )
        jobs = write_jobs(books, first=first, last=last)
        over.through, over.stamp = last, secrets.randbits(62)
        over.save(update_fields=["zone", "through", "stamp"])
    return len(counted) + jobs


def _counted(books: Books, first: date, last: date) -> dict[Row, Sums]:
    """All that is kept of these days."""
    return books.worked_out(first=first, last=last) | adjusted_rows(books, first=first, last=last)


def _sum_changed(books: Books) -> int:
    """Count the jobs of days anew that have changed since they were summed."""
    kept = {"workspace_id": books.workspace_id, "mode": books.mode}
    if not JobMark.objects.filter(**kept).exists():
        return 0
    with transaction.atomic():
        _take_long()
        over = DaysOver.objects.select_for_update().filter(**kept, zone=books.zone.key).first()
        if over is None:
            return 0
        over.stamp = secrets.randbits(62)
        over.save(update_fields=["stamp"])
        return write_changed(books, through=over.through)


def _take_long() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = '10min'")
