"""Which days of jobs are no longer what their sums say, as the database's own marks tell."""

from dataclasses import dataclass
from datetime import date

from generation.models import Job, JobMark, LedgerLine
from generation.money.day_sums import Books


@dataclass(frozen=True, kw_only=True)
class Stale:
    """The marks that were there, and the days of their jobs in the books' zone: of the request,
    of the end, and of each cost."""

    marks: frozenset[int]
    days: frozenset[date]


def stale(books: Books, *, through: date) -> Stale:
    """What has changed on days up to `through`. Ask this before reading sums: what is summed anew
    in between is then right either way."""
    mine = JobMark.objects.filter(workspace_id=books.workspace_id, mode=books.mode)
    marks = list(mine.values_list("pk", "job_id", "ended_at"))
    if not marks:
        return Stale(marks=frozenset(), days=frozenset())
    jobs = mine.values("job_id")
    moments = {at for _, _, at in marks}
    asked = Job.objects.filter(pk__in=jobs).values_list("created_at", "ended_at")
    costs = LedgerLine.objects.filter(job_id__in=jobs).exclude(spent_delta=0)
    for both in asked.union(costs.values_list("created_at", "created_at"), all=True):
        moments |= set(both)
    days = {at.astimezone(books.zone).date() for at in moments if at is not None}
    return Stale(
        marks=frozenset(pk for pk, _, _ in marks),
        days=frozenset(day for day in days if day <= through),
    )
