"""The jobs of a span of days by kind and key: sums where days are over, else counted anew."""

import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property, lru_cache, reduce
from operator import or_

from django.db.models import Case, DateField, F, Q, Sum, Value, When

from generation.models import JobSum
from generation.money.day_sums import Books, Summed
from generation.money.job_marks import stale
from generation.money.job_sums import Counts, count_jobs
from generation.money.jobs_of_days import KINDS
from generation.money.latest import Latest

Counted = dict[tuple[str, date], Counts]  # by key, and by when it was asked


@dataclass(frozen=True, kw_only=True)
class SummedJobs:
    """`client` is the id of a client's centre, 0 for everybody; both days are included. `latest`
    is what others of the same report read of the same books and client."""

    books: Books
    client: int
    first: date
    last: date
    latest: Latest = field(compare=False, repr=False)

    def counts(
        self, kind: str, *, changes: Sequence[date] = (), tiers: Sequence[str] = ()
    ) -> Counted:
        """By key and by the last of the sorted `changes` at or before the UTC day of the request,
        by that day itself where there is none. With `tiers` at least the keys of these."""
        summed, through, anew = self._state
        found: defaultdict[tuple[str, date], Counts] = defaultdict(Counts)
        if through >= self.first:
            question = _Question(
                books=self.books,
                stamp=summed.stamp,
                client=self.client,
                kind=kind,
                first=self.first,
                through=through,
                left_out=tuple(day for day in anew if day <= through),
                changes=tuple(changes),
                tiers=tuple(tiers),
            )
            for key, since, jobs, seconds, micros in _stored(question):
                found[key, since].add(Counts(jobs=jobs, seconds=seconds, micros=micros))
        for first, last in _runs(anew):
            rows = count_jobs(
                self.books,
                first=first,
                last=last,
                kinds=(kind,),
                client=self.client,
                tiers=tiers,
                jobs=self.latest.jobs(first=first, last=last) if kind in KINDS else None,
            )
            for (_, _, key, asked, _, before), counts in rows.items():
                if before >= self.first:
                    found[key, since_of(changes, asked)].add(counts)
        return dict(found)

    @cached_property
    def _state(self) -> tuple[Summed, date, list[date]]:
        """The sums' own state, the last day of the span that they have, and the days of the span
        whose sums are none or of no use."""
        # In this order: what is summed anew after the first look is counted anew by it, and told
        # under its new stamp by the second.
        changed = stale(self.books, through=self.last).days
        summed = self.latest.summed(anew=True)
        through = summed.through or self.first - timedelta(days=1)
        length = (self.last - self.first).days + 1
        days = (self.first + timedelta(days=number) for number in range(length))
        anew = [day for day in days if day > through or day in changed]
        return summed, min(through, self.last), anew


@dataclass(frozen=True, kw_only=True)
class _Question:
    """All on which the answer of the sums depends; `stamp` stands for the sums themselves."""

    books: Books
    stamp: int | None
    client: int
    kind: str
    first: date
    through: date
    left_out: tuple[date, ...]
    changes: tuple[date, ...]
    tiers: tuple[str, ...]


@lru_cache(maxsize=64)
def _stored(asked: _Question) -> tuple[tuple[str, date, int, int, int], ...]:
    rows = JobSum.objects.filter(
        workspace_id=asked.books.workspace_id,
        mode=asked.books.mode,
        client=asked.client,
        kind=asked.kind,
        day__gte=asked.first,
        day__lte=asked.through,
        before__gte=asked.first,
    ).exclude(day__in=asked.left_out)
    if asked.tiers:
        fits = (Q(key__contains=json.dumps(tier)) for tier in asked.tiers)
        rows = rows.filter(reduce(or_, fits))
    epochs = [When(asked_on__gte=day, then=Value(day)) for day in reversed(asked.changes)]
    since = Case(*epochs, default=F("asked_on"), output_field=DateField())
    told = rows.values_list("key", since).annotate(j=Sum("jobs"), s=Sum("seconds"), m=Sum("micros"))
    return tuple((key, on, int(j), int(s), int(m)) for key, on, j, s, m in told.order_by())


def since_of(changes: Sequence[date], on: date) -> date:
    """The last change at or before that day; the day itself where there is none."""
    place = bisect_right(changes, on)
    return changes[place - 1] if place else on


def _runs(days: list[date]) -> Iterator[tuple[date, date]]:
    """Days in their order, as first and last of those that follow each other."""
    while days:
        count = next(
            (n for n in range(1, len(days)) if days[n] != days[n - 1] + timedelta(days=1)),
            len(days),
        )
        yield days[0], days[count - 1]
        days = days[count:]
