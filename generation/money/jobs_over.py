"""Writing down the jobs of days that are over, anew where they have changed, and proving it."""

from collections.abc import Iterator
from datetime import date

from generation.models import JobMark, JobSum
from generation.money.day_sums import Books
from generation.money.job_marks import stale
from generation.money.job_sums import Counts, Row, count_jobs


def write_jobs(books: Books, *, first: date, last: date) -> int:
    """Make the rows of these days anew. Returns how many there are. Call it in the transaction
    that holds the books' row."""
    mine = JobSum.objects.filter(workspace_id=books.workspace_id, mode=books.mode)
    mine.filter(day__gte=first, day__lte=last).delete()
    counted = count_jobs(books, first=first, last=last)
    JobSum.objects.bulk_create(
        (
            JobSum(
                workspace_id=books.workspace_id,
                mode=books.mode,
                client=client,
                kind=kind,
                key=key,
                asked_on=asked,
                day=day,
                before=before,
                **vars(counts),
            )
            # What is read together lies together.
            for (client, kind, key, asked, day, before), counts in sorted(
                counted.items(), key=lambda item: (item[0][1], item[0][0], item[0][4])
            )
        ),
        batch_size=1000,
    )
    return len(counted)


def write_changed(books: Books, *, through: date) -> int:
    """Make the days anew whose jobs have changed since, and remove their marks."""
    found = stale(books, through=through)
    # First the marks, so that whatever changes from now on leaves a mark that stays.
    JobMark.objects.filter(pk__in=found.marks).delete()
    return sum(write_jobs(books, first=day, last=day) for day in sorted(found.days))


def job_differences(books: Books, *, first: date, last: date) -> Iterator[str]:
    """A sentence for each row of these days that is not what the jobs come to now."""
    changed = stale(books, through=last).days
    stored: dict[Row, Counts] = {}
    mine = JobSum.objects.filter(workspace_id=books.workspace_id, mode=books.mode)
    for row in mine.filter(day__gte=first, day__lte=last):
        place = (row.client, row.kind, row.key, row.asked_on, row.day, row.before)
        counts = Counts(jobs=row.jobs, seconds=row.seconds, micros=row.micros)
        stored.setdefault(place, Counts()).add(counts)
    counted = count_jobs(books, first=first, last=last)
    for place in sorted({*stored, *counted}):
        nothing = Counts()
        if place[4] in changed or stored.get(place, nothing) == counted.get(place, nothing):
            continue
        yield f"{place[4]} jobs {place[1]} {place[2]} of workspace {books.workspace_id}"
