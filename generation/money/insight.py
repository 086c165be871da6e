"""Where the money went: ledger lines of a span of days, summed by one dimension at a time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncDate

from accounts.access import Access
from accounts.models import ApiKey, User
from generation.choices import JobState
from generation.models import CentreKind, CostCentre, Job, LedgerLine
from generation.money.report_span import Span
from generation.wording import provider_name

DIMENSIONS = ("day", "provider", "model", "tier", "client", "campaign", "person")
NOBODY = {"client": "Without a client", "campaign": "Without a campaign"}


@dataclass(frozen=True, kw_only=True)
class Spent:
    """One row of a breakdown: `key` is for programs, `name` for people; jobs that cost money."""

    key: str
    name: str
    micros: int
    jobs: int


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What the whole span came to. Costs per second are micro-dollars, None without seconds.

    Nobody approves clips here yet, so what an approved second costs is not known, and None.
    """

    spent_micros: int
    delivered_clips: int
    delivered_seconds: int
    per_delivered_second: int | None
    per_approved_second: int | None = None


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Whose figures, of which days; `client` narrows them to what hangs below one centre."""

    access: Access
    span: Span
    client: CostCentre | None = None

    def lines(self) -> QuerySet[LedgerLine]:
        """The lines that moved money, dated within the span."""
        rows = LedgerLine.objects.within(self.access).filter(
            created_at__gte=self.span.starts, created_at__lt=self.span.ends
        )
        if self.client:
            rows = rows.filter(cost_centre__path__startswith=self.client.path)
        return rows.exclude(spent_delta=0)

    def jobs(self) -> QuerySet[Job]:
        """Every job of the workspace and mode below the client, of any day."""
        rows = Job.objects.within(self.access)
        if self.client:
            rows = rows.filter(cost_centre__path__startswith=self.client.path)
        return rows


def spend(scope: Scope, *, by: str) -> list[Spent]:
    """The breakdown by one of DIMENSIONS; days in their order, all else the dearest first."""
    return BREAKDOWNS[by](scope)


def outcome(scope: Scope) -> Outcome:
    """The totals: all that was spent in the span over all that was delivered in it."""
    spent = scope.lines().aggregate(total=Sum("spent_delta"))["total"] or 0
    done = scope.jobs().filter(
        state=JobState.COMPLETED,
        ended_at__gte=scope.span.starts,
        ended_at__lt=scope.span.ends,
    )
    counted = done.aggregate(clips=Count("pk"), seconds=Sum("seconds"))
    seconds = counted["seconds"] or 0
    return Outcome(
        spent_micros=spent,
        delivered_clips=counted["clips"],
        delivered_seconds=seconds,
        # Half up, in whole micro-dollars.
        per_delivered_second=(2 * spent + seconds) // (2 * seconds) if seconds else None,
    )


def _by_day(scope: Scope) -> list[Spent]:
    day = TruncDate("created_at", tzinfo=scope.span.zone)
    rows = scope.lines().annotate(day=day).values_list("day")
    told = rows.annotate(micros=Sum("spent_delta"), jobs=Count("job_id", distinct=True))
    known: dict[date, tuple[int, int]] = {row[0]: (row[1], row[2]) for row in told.order_by("day")}
    found = ((day, *known.get(day, (0, 0))) for day in scope.span.days)
    return [
        Spent(key=day.isoformat(), name=f"{day:%a} {day.day} {day:%b}", micros=micros, jobs=jobs)
        for day, micros, jobs in found
    ]


def _by_column(column: str, say: Callable[[str], str]) -> Callable[[Scope], list[Spent]]:
    def rows(scope: Scope) -> list[Spent]:
        sums = {key: (micros, jobs) for key, micros, jobs in _sums(scope, column)}
        return _dearest_first({(key, say(key)): value for key, value in sums.items()})

    return rows


def _by_centre(kind: CentreKind) -> Callable[[Scope], list[Spent]]:
    """Each line belongs to the nearest centre of that kind on its path."""

    def rows(scope: Scope) -> list[Spent]:
        centres = CostCentre.objects.within(scope.access).filter(kind=kind)
        names = {pk: (uid, name) for pk, uid, name in centres.values_list("pk", "uid", "name")}
        sums: dict[tuple[str, str], tuple[int, int]] = {}
        for path, micros, jobs in _sums(scope, "cost_centre__path"):
            ids = (int(part) for part in path.strip("/").split("/"))
            who = next((names[pk] for pk in ids if pk in names), ("", NOBODY[kind]))
            before = sums.get(who, (0, 0))
            # A job has one cost centre, so the counts of different paths do not overlap.
            sums[who] = (before[0] + micros, before[1] + jobs)
        return _dearest_first(sums)

    return rows


def _by_person(scope: Scope) -> list[Spent]:
    rows = scope.lines().values_list("job__created_by_id", "job__api_key_id")
    told = rows.annotate(micros=Sum("spent_delta"), jobs=Count("job_id", distinct=True))
    sums = {(user, key): (micros, jobs) for user, key, micros, jobs in told.order_by()}
    users = User.objects.in_bulk([user for user, _ in sums if user])
    keys = ApiKey.objects.in_bulk([key for _, key in sums if key])
    named: dict[tuple[str, str], tuple[int, int]] = {}
    for (user, key), value in sums.items():
        if key:
            named[f"key:{key}", f"API key {keys[key].name}"] = value
        elif user:
            named[f"user:{user}", users[user].get_username()] = value
        else:
            named["", "Somebody who has left"] = value
    return _dearest_first(named)


def _sums(scope: Scope, column: str) -> list[tuple[str, int, int]]:
    rows = scope.lines().values_list(column)
    told = rows.annotate(micros=Sum("spent_delta"), jobs=Count("job_id", distinct=True))
    return [(key, micros, jobs) for key, micros, jobs in told.order_by()]


def _dearest_first(sums: dict[tuple[str, str], tuple[int, int]]) -> list[Spent]:
    rows = [
        Spent(key=key, name=name, micros=micros, jobs=jobs)
        for (key, name), (micros, jobs) in sums.items()
    ]
    return sorted(rows, key=lambda row: (-row.micros, row.name))


BREAKDOWNS: dict[str, Callable[[Scope], list[Spent]]] = {
    "day": _by_day,
    "provider": _by_column("attempt__provider", provider_name),
    "model": _by_column("attempt__model", str),
    "tier": _by_column("job__tier", str.capitalize),
    "client": _by_centre(CentreKind.CLIENT),
    "campaign": _by_centre(CentreKind.CAMPAIGN),
    "person": _by_person,
}
