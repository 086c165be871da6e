"""Sums of days by one dimension at a time, as reports read them.

Days are those of the workspace's zone. Those that are over are kept (`days_over` writes them); a
report works out the days since then from the lines by the very same rule, so both give the same
figures. Where nothing is kept yet, or the zone has changed, everything comes from the lines.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Case, F, Q, QuerySet, Sum, When

from generation.choices import JobState
from generation.models import DaysOver, DaySum, Job, LedgerLine
from generation.money.centre_places import Places
from generation.money.report_span import midnight

EVERYBODY = 0
JOB_WIDE = ("day", "tier", "client", "campaign", "person")
OF_ATTEMPT = ("provider", "model")
DIMENSIONS = (*JOB_WIDE, *OF_ATTEMPT)
Row = tuple[int, str, str, date, date]  # client, dimension, key, day, before
Delivery = tuple[datetime, str, int]  # when, the centre's path, seconds
COST = (
    "created_at",
    "job_id",
    "attempt__provider",
    "attempt__model",
    "job__tier",
    "cost_centre__path",
    "job__created_by_id",
    "job__api_key_id",
    "spent_delta",
)


@dataclass(kw_only=True)
class Sums:
    micros: int = 0
    jobs: int = 0
    clips: int = 0
    seconds: int = 0

    def add(self, other: "Sums") -> None:
        self.micros += other.micros
        self.jobs += other.jobs
        self.clips += other.clips
        self.seconds += other.seconds


class Summed(NamedTuple):
    """The last day that is summed, None where none is; and the stamp of these sums, which changes
    with them, so that what they say may be remembered under it."""

    through: date | None
    stamp: int | None


@dataclass(frozen=True, kw_only=True)
class Books:
    """Whose days: one workspace and mode, in its zone."""

    workspace_id: int
    mode: str
    zone: ZoneInfo

    def summed(self) -> "Summed":
        """How far the days are summed in this zone."""
        rows = DaysOver.objects.filter(workspace_id=self.workspace_id, mode=self.mode)
        told = rows.filter(zone=self.zone.key).values_list("through", "stamp").first()
        return Summed(*told) if told else Summed(None, None)

    def stored(
        self, *, client: int, dimension: str, first: date, last: date
    ) -> dict[tuple[str, date | None], Sums]:
        """The summed days by key, with distinct jobs; by day, the key is empty and the day told."""
        by_day = dimension == "day"
        rows = self.kept(client, dimension, first, last)
        rows = rows.filter(before=F("day")) if by_day else rows.filter(before__gte=first)
        told = rows.values_list("day" if by_day else "key").annotate(
            *(Sum(name) for name in ("micros", "jobs", "clips", "seconds"))
        )
        return {
            ("", key) if by_day else (key, None): Sums(micros=m, jobs=j, clips=c, seconds=s)
            for key, m, j, c, s in told.order_by()
        }

    def stored_work(
        self, *, client: int, dimension: str, spans: Sequence[tuple[date, date]]
    ) -> dict[tuple[int, str], Sums]:
        """Costs and deliveries, but no jobs, of spans that follow each other, by the place of the
        span and the key."""
        rows = self.kept(client, dimension, spans[0][0], spans[-1][1]).filter(before=F("day"))
        place = Case(*(When(day__lte=last, then=at) for at, (_, last) in enumerate(spans)))
        told = rows.values_list(place, "key").annotate(
            *(Sum(name) for name in ("micros", "clips", "seconds"))
        )
        return {
            (at, key): Sums(micros=m, clips=c, seconds=s) for at, key, m, c, s in told.order_by()
        }

    def stored_daily(
        self, *, client: int, dimension: str, first: date, last: date, key: str | None = None
    ) -> dict[tuple[str, date], int]:
        """Micro-dollars of the summed days, each for itself, by key and day; of one key or all."""
        rows = self.kept(client, dimension, first, last).filter(before=F("day"))
        if key is not None:
            rows = rows.filter(key=key)
        return {
            (name, day): micros for name, day, micros in rows.values_list("key", "day", "micros")
        }

    def costs(self) -> QuerySet[LedgerLine]:
        """The lines that changed what was spent."""
        rows = LedgerLine.objects.filter(workspace_id=self.workspace_id, mode=self.mode)
        return rows.exclude(spent_delta=0)

    def kept(self, client: int, dimension: str, first: date, last: date) -> QuerySet[DaySum]:
        return DaySum.objects.filter(
            workspace_id=self.workspace_id,
            mode=self.mode,
            client=client,
            dimension=dimension,
            day__gte=first,
            day__lte=last,
        )

    def worked_out(
        self,
        *,
        first: date,
        last: date,
        client: int | None = None,
        places: Places | None = None,
        deliveries: Iterable[Delivery] | None = None,
    ) -> dict[Row, Sums]:
        """The same rows out of the lines and jobs of these days: everybody's and each client's, or
        those of `client` alone, which is EVERYBODY or a client's id. Places and deliveries are
        read unless the caller has them."""
        counting = _Counting(self, client, places)
        return counting.rows(first=first, last=last, deliveries=deliveries)


def lies_below(client: int | None) -> Q:
    """What hangs below a client's centre; all of it for EVERYBODY and for None."""
    return Q(cost_centre__path__contains=f"/{client}/") if client else Q()


class _Counting:
    """One pass over the lines of some days, the earlier day of each job kept in mind."""

    def __init__(self, books: Books, client: int | None, places: Places | None) -> None:
        self._books, self._only = books, client
        self._found: defaultdict[Row, Sums] = defaultdict(Sums)
        self._seen: dict[tuple[object, ...], date] = {}
        self._places = places or Places(workspace_id=books.workspace_id, mode=books.mode)

    def rows(
        self, *, first: date, last: date, deliveries: Iterable[Delivery] | None
    ) -> dict[Row, Sums]:
        starts = midnight(first, self._books.zone)
        ends = midnight(last + timedelta(days=1), self._books.zone)
        for row in sorted(self._read(self._lines(starts, ends)), key=lambda row: row[0]):
            day = self._day(row[0])
            if row[0] < starts:
                self._remember(day, *row[1:4])
            else:
                self._line(day, *row[1:])
        if deliveries is None:
            deliveries = self._read(self._delivered(starts, ends))
        self._count_deliveries(deliveries)
        return dict(self._found)

    def _lines(self, starts: datetime, ends: datetime) -> QuerySet[Any, Any]:
        """The lines of these days, and the earlier ones of their jobs, in one statement."""
        mine = lies_below(self._only)
        lines = self._books.costs().filter(mine, created_at__gte=starts, created_at__lt=ends)
        # A job that was paid for before it is asked about again: few, so they are looked up.
        earlier = self._books.costs().filter(
            job__in=lines.filter(job__created_at__lt=starts).values("job_id"),
            created_at__lt=starts,
        )
        return lines.values_list(*COST).union(earlier.values_list(*COST), all=True)

    def _remember(self, day: date, job: int, provider: str, model: str) -> None:
        """When the job of lines to come had cost money for the last time before them."""
        for key in ((job,), (job, "provider", provider), (job, "model", model)):
            self._seen[key] = day

    def _line(
        self,
        day: date,
        job: int,
        provider: str,
        model: str,
        tier: str,
        path: str,
        user: int | None,
        api_key: int | None,
        micros: int,
    ) -> None:
        client, campaign = self._places.of(path)
        person = f"key:{api_key}" if api_key else f"user:{user}" if user else ""
        wide = {"day": "", "tier": tier, "client": client, "campaign": campaign, "person": person}
        self._count((job,), wide, day, client, micros)
        self._count((job, "provider", provider), {"provider": provider}, day, client, micros)
        self._count((job, "model", model), {"model": model}, day, client, micros)

    def _count(
        self, who: tuple[object, ...], keys: dict[str, str], day: date, client: str, micros: int
    ) -> None:
        last = self._seen.get(who)
        self._seen[who] = day
        for scope in self._clients(client):
            for dimension, key in keys.items():
                sums = self._found[scope, dimension, key, day, day]
                sums.micros += micros
                sums.jobs += last != day
                if last is not None and last != day:
                    self._found[scope, dimension, key, day, last].jobs -= 1

    def _day(self, at: datetime) -> date:
        return at.astimezone(self._books.zone).date()

    def _read(self, rows: QuerySet[Any, Any]) -> Iterable[Any]:
        """In pieces where many days are summed; a report's few come in one answer."""
        return rows.iterator(chunk_size=5000) if self._only is None else rows

    def _clients(self, client: str) -> set[int]:
        """Whose rows are to grow by what lies under a client, or under none."""
        if self._only is None:
            return {EVERYBODY, int(client or EVERYBODY)}
        return {self._only}

    def _delivered(self, starts: datetime, ends: datetime) -> QuerySet[Any, Any]:
        done = Job.objects.filter(
            lies_below(self._only),
            workspace_id=self._books.workspace_id,
            mode=self._books.mode,
            state=JobState.COMPLETED,
            ended_at__gte=starts,
            ended_at__lt=ends,
        )
        return done.values_list("ended_at", "cost_centre__path", "seconds")

    def _count_deliveries(self, deliveries: Iterable[Delivery]) -> None:
        for at, path, seconds in deliveries:
            client, campaign = self._places.of(path)
            day = self._day(at)
            for scope in self._clients(client):
                for dimension, key in (("day", ""), ("client", client), ("campaign", campaign)):
                    sums = self._found[scope, dimension, key, day, day]
                    sums.clips += 1
                    sums.seconds += seconds
