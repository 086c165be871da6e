"""Where the money went: ledger lines of a span of days, summed by one dimension at a time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Value
from django.db.models.functions import Concat

from accounts.access import Access
from accounts.models import ApiKey, User
from generation.models import CentreKind, CostCentre
from generation.money.centre_places import Places
from generation.money.day_sums import EVERYBODY, Books, Sums
from generation.money.latest import Latest
from generation.money.old_markets import OldMarkets
from generation.money.picks import Picks, picks
from generation.money.report_span import Span
from generation.money.summed_days import SummedDays
from generation.money.summed_jobs import SummedJobs
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
    """What the whole span came to. Costs per second are micro-dollars, None without seconds: all
    that was spent, over the seconds delivered in the span and those of them that are picked.

    Nobody approves clips here yet, so what an approved second costs is not known, and None.
    """

    spent_micros: int
    delivered_clips: int
    delivered_seconds: int
    per_delivered_second: int | None
    picked_seconds: int
    per_picked_second: int | None
    per_approved_second: int | None = None


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Whose figures, of which days; `client` narrows them to what hangs below one centre."""

    access: Access
    span: Span
    client: CostCentre | None = None

    def sums(self, dimension: str) -> dict[str, Sums]:
        """The span by key of a dimension, jobs counted once; by day the key is the day."""
        return self.summed_days.sums(dimension)

    def daily(self, dimension: str) -> dict[tuple[str, date], int]:
        """Micro-dollars by key of a dimension and day; days without a cost are left out."""
        return self.summed_days.daily(dimension)

    @cached_property
    def summed_jobs(self) -> SummedJobs:
        """The jobs of the same days, counted by what they have in common."""
        return SummedJobs(
            books=self._latest.books,
            client=self._client,
            first=self.span.first,
            last=self.span.last,
            latest=self._latest,
        )

    @cached_property
    def picks(self) -> Picks:
        """The picked clips of the same days."""
        return picks(self.access, self.span, client=self.client)

    @cached_property
    def markets(self) -> OldMarkets:
        """The markets of the same days."""
        return OldMarkets(self.access.mode)

    @property
    def places(self) -> Places:
        """The workspace's clients and campaigns."""
        return self._latest.places

    @cached_property
    def summed_days(self) -> SummedDays:
        """What the same days have cost and delivered, by one dimension at a time."""
        return SummedDays(
            books=self._latest.books,
            client=self._client,
            first=self.span.first,
            last=self.span.last,
            shared=self._latest,
        )

    @cached_property
    def _latest(self) -> Latest:
        books = Books(
            workspace_id=self.access.workspace_id, mode=self.access.mode, zone=self.span.zone
        )
        return Latest(books=books, client=self._client)

    @property
    def _client(self) -> int:
        return self.client.pk if self.client else EVERYBODY


def spend(scope: Scope, *, by: str) -> list[Spent]:
    """The breakdown by one of DIMENSIONS; days in their order, all else the dearest first."""
    return BREAKDOWNS[by](scope)


def outcome(scope: Scope) -> Outcome:
    """The totals: all that was spent in the span over all that was delivered in it."""
    total = Sums()
    for sums in scope.sums("day").values():
        total.add(sums)
    picked = scope.picks.delivered_seconds
    return Outcome(
        spent_micros=total.micros,
        delivered_clips=total.clips,
        delivered_seconds=total.seconds,
        per_delivered_second=_per_second(total.micros, total.seconds),
        picked_seconds=picked,
        per_picked_second=_per_second(total.micros, picked),
    )


def _per_second(micros: int, seconds: int) -> int | None:
    """Half up, in whole micro-dollars."""
    return (2 * micros + seconds) // (2 * seconds) if seconds else None


def _by_day(scope: Scope) -> list[Spent]:
    known = scope.sums("day")
    nothing = Sums()
    rows = []
    for day in scope.span.days:
        sums = known.get(str(day), nothing)
        name = f"{day:%a} {day.day} {day:%b}"
        rows.append(Spent(key=day.isoformat(), name=name, micros=sums.micros, jobs=sums.jobs))
    return rows


def _by_word(dimension: str, say: Callable[[str], str]) -> Callable[[Scope], list[Spent]]:
    def rows(scope: Scope) -> list[Spent]:
        sums = scope.sums(dimension)
        return _dearest_first(sums, {key: (key, say(key)) for key in sums})

    return rows


def _by_centre(kind: CentreKind) -> Callable[[Scope], list[Spent]]:
    """Each line belongs to the first centre of that kind on its path."""

    def rows(scope: Scope) -> list[Spent]:
        sums = scope.sums(kind.value)
        named = {key: scope.places.centre(int(key))[2:] for key in sums if key}
        return _dearest_first(sums, {"": ("", NOBODY[kind.value]), **named})

    return rows


def _by_person(scope: Scope) -> list[Spent]:
    sums = scope.sums("person")
    ids = {
        word: [int(key.partition(":")[2]) for key in sums if key.startswith(f"{word}:")]
        for word in ("user", "key")
    }
    users = User.objects.filter(pk__in=ids["user"]).annotate(word=Value("user:"))
    keys = ApiKey.objects.filter(pk__in=ids["key"]).annotate(word=Value("key:"))
    both = users.values_list("word", "pk", "username").union(
        keys.values_list("word", "pk", Concat(Value("API key "), "name")), all=True
    )
    named = {f"{word}{pk}": name for word, pk, name in both}
    gone = "Somebody who has left"
    return _dearest_first(sums, {key: (key, named.get(key, gone)) for key in sums})


def _dearest_first(sums: Mapping[str, Sums], named: Mapping[str, tuple[str, str]]) -> list[Spent]:
    """Keys where only clips were delivered have cost nothing, and are no row."""
    rows = [
        Spent(key=named[key][0], name=named[key][1], micros=row.micros, jobs=row.jobs)
        for key, row in sums.items()
        if row.jobs
    ]
    return sorted(rows, key=lambda row: (-row.micros, row.name))


BREAKDOWNS: dict[str, Callable[[Scope], list[Spent]]] = {
    "day": _by_day,
    "provider": _by_word("provider", provider_name),
    "model": _by_word("model", str),
    "tier": _by_word("tier", str.capitalize),
    "client": _by_centre(CentreKind.CLIENT),
    "campaign": _by_centre(CentreKind.CAMPAIGN),
    "person": _by_person,
}
