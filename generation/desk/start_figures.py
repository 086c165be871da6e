"""The figures of the start page, each from one question that a million jobs do not slow down.

Money comes from the daily sums; jobs by state from an index; answers and times from the newest
attempts, at most NEWEST of them; what is open is few by its nature.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import (
    CharField,
    Count,
    DateTimeField,
    F,
    Min,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)

from accounts.models import Workspace
from generation.among import Among
from generation.choices import ATTEMPT_LIVE, JOB_OPEN, AttemptState
from generation.models import Attempt, BudgetPeriod, DailyRollup, Heartbeat, Job, MoneyCheck
from providers.models import ProviderAccount

DAYS = 14
NEWEST = 3000
SHOWN_DOUBTS = 8
SHOWN_BUDGETS = 6
DAY = timedelta(hours=24)
FAILED = (
    AttemptState.REJECTED,
    AttemptState.FAILED,
    AttemptState.NOT_ACCEPTED,
    AttemptState.LOST_BILLED,
)


@dataclass(frozen=True, kw_only=True)
class Realm:
    """Which rows the page is about: one mode, of some workspaces or (None) of all."""

    mode: str
    rooms: frozenset[int] | None

    def of(self, rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        # Every index begins with the workspace, so "all" is said as a list of all.
        rooms: Any = Workspace.objects.values("pk") if self.rooms is None else self.rooms
        return rows.filter(workspace__in=rooms, mode=self.mode)


@dataclass(frozen=True, kw_only=True)
class Answered:
    """One of the newest attempts, as far as the page needs it."""

    pk: int
    provider: str
    state: str
    failure_class: str
    reason: str
    sent_at: datetime | None
    ended_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Failures:
    """How often one provider failed in one way within a day, and how it last put it."""

    provider: str
    failure_class: str
    count: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class Times:
    """Seconds from sending to the finished clip: half, and nineteen of twenty, are faster."""

    half: float
    most: float
    clips: int


def spent_by_day(realm: Realm, *, until: date) -> dict[date, dict[str, int]]:
    """Micro-dollars by UTC day and provider; days without any are not in it."""
    since = until - timedelta(days=DAYS - 1)
    rows = realm.of(DailyRollup.objects.filter(day__gte=since, day__lte=until))
    sums: dict[date, dict[str, int]] = {}
    grouped = rows.values("day", "provider").annotate(micros=Sum("spent_micros")).order_by()
    for row in grouped:
        sums.setdefault(row["day"], {})[row["provider"]] = row["micros"]
    return sums


def jobs_by_state(realm: Realm, *, now: datetime) -> dict[str, int]:
    """How many are open now, and how many ended within a day."""
    jobs = realm.of(Job.objects.order_by())
    still_open = jobs.filter(state__in=JOB_OPEN).values_list("state").annotate(n=Count("pk"))
    ended = jobs.filter(ended_at__gte=now - DAY).values_list("state").annotate(n=Count("pk"))
    return dict(still_open.union(ended, all=True))


def newest_attempts(realm: Realm, *, now: datetime) -> list[Answered]:
    """Those of the newest NEWEST attempts that are within a day, newest first."""
    last = Attempt.objects.order_by("-pk").values("pk")[:1]
    rows = realm.of(Attempt.objects.filter(pk__gt=Subquery(last) - NEWEST))
    rows = rows.filter(created_at__gte=now - DAY).order_by("-pk")
    told = rows.values(
        "pk",
        "provider",
        "state",
        "failure_class",
        "reason",
        "ended_at",
        "created_at",
        sent_at=F("submit_started_at"),
    )
    return [Answered(**row) for row in told]


def failures_of(attempts: Iterable[Answered]) -> list[Failures]:
    """The failures among them, the most frequent first."""
    counts: Counter[tuple[str, str]] = Counter()
    words: dict[tuple[str, str], str] = {}
    for one in attempts:
        if one.state in FAILED:
            name = (one.provider, one.failure_class)
            counts[name] += 1
            words.setdefault(name, one.reason)
    return [
        Failures(provider=name[0], failure_class=name[1], count=count, reason=words[name])
        for name, count in counts.most_common()
    ]


def times_of(attempts: Iterable[Answered], *, provider: str) -> Times | None:
    took = sorted(
        (one.ended_at - one.sent_at).total_seconds()
        for one in attempts
        if one.provider == provider
        and one.state == AttemptState.SUCCEEDED
        and one.ended_at
        and one.sent_at
    )
    if not took:
        return None
    return Times(half=_share(took, 50), most=_share(took, 95), clips=len(took))


def _share(took: Sequence[float], percent: int) -> float:
    """The value that so many percent do not exceed (nearest rank)."""
    return took[max(-(-len(took) * percent // 100) - 1, 0)]


def accounts_of(mode: str) -> list[ProviderAccount]:
    return list(ProviderAccount.objects.filter(mode=mode).order_by("pk"))


def doubts(realm: Realm) -> list[Attempt]:
    """The oldest attempts whose outcome nobody knows, one more than are shown."""
    rows = realm.of(Attempt.objects.filter(state=AttemptState.UNKNOWN))
    return list(rows.select_related("job").order_by("submit_started_at")[: SHOWN_DOUBTS + 1])


def signs() -> dict[str, datetime]:
    """Signs of life by name, and under "due" what is due next, or should have been."""
    waits: QuerySet[Any, Any] = Attempt.objects.filter(Among("state", ATTEMPT_LIVE)).order_by()
    named = waits.annotate(name=Value("due", output_field=CharField())).values("name")
    due = named.annotate(at=Min("next_check_at", output_field=DateTimeField()))
    beats = Heartbeat.objects.order_by().values_list("name", "at")
    return dict(beats.union(due.values_list("name", "at"), all=True))


def last_check() -> MoneyCheck | None:
    return MoneyCheck.objects.order_by("-at").first()


def running_budgets(realm: Realm, *, today: date) -> list[BudgetPeriod]:
    """The periods that run today, the fullest first."""
    rows = realm.of(BudgetPeriod.objects.filter(budget__active=True, starts_on__lte=today))
    rows = rows.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today))
    found = list(rows.select_related("budget").order_by("-pk")[:200])
    return sorted(found, key=lambda one: -(one.used_micros / max(one.limit_micros, 1)))
