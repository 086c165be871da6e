"""Jobs of some days, counted by what they have in common.

Three kinds of rows, each with the words of its key as JSON:

- `asked`, by the day of the request: the job's fate, and whether a clip was made
- `ended`, by the day of delivery: generation mode, seconds and ratio
- `paid`, by the days on which it cost money: the whole question, and which offers delivered it;
  what a delivery changes counts from its own day on, as `before`

Days that are over are kept (`days_over` writes them). A report works out all others by the very
same rules, and so the days of jobs that have changed since.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import groupby
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from generation.choices import JOB_OPEN, AttemptState, JobState, LineKind
from generation.models import Attempt, Job
from generation.money.centre_places import Places
from generation.money.day_sums import EVERYBODY, Books, lies_below
from generation.money.report_span import midnight

KINDS = ("asked", "ended", "paid")
IN_DOUBT = (AttemptState.UNKNOWN, AttemptState.LOST_BILLED)
MODERATION = "moderation"
CHUNK = 2000
QUESTION = (
    "generation_mode",
    "tier",
    "seconds",
    "ratio",
    "provider",
    "enable_fallback",
    "max_cost_micros",
)
Row = tuple[int, str, str, date, date, date]  # client, kind, key, asked on, day, before


@dataclass(kw_only=True)
class Counts:
    """Jobs, the whole seconds that they asked for, and micro-dollars."""

    jobs: int = 0
    seconds: int = 0
    micros: int = 0

    def add(self, other: "Counts") -> None:
        self.jobs += other.jobs
        self.seconds += other.seconds
        self.micros += other.micros


def count_jobs(
    books: Books,
    *,
    first: date,
    last: date,
    kinds: Iterable[str] = KINDS,
    client: int | None = None,
    tiers: Sequence[str] = (),
) -> dict[Row, Counts]:
    """The rows of these days, out of the jobs and lines themselves, none that is nothing:
    everybody's and each client's, or those of `client` alone, which is EVERYBODY or a client's
    id. With `tiers` of what is paid those alone."""
    found: defaultdict[Row, Counts] = defaultdict(Counts)
    counting = _Counting(books, first=first, last=last, client=client, tiers=tiers)
    for kind in kinds:
        for row, counts in getattr(counting, kind)():
            found[row].add(counts)
    return {row: counts for row, counts in found.items() if counts != Counts()}


def offers_won(won: str, *, last: date) -> list[int]:
    """The offers in the last word of a `paid` key that delivered up to a day. Those of the row's
    own day and before are bare, later ones have their day behind them."""
    parts = [part.partition("@") for part in won.split(",") if part]
    return [int(offer) for offer, _, on in parts if not on or date.fromisoformat(on) <= last]


class _Counting:
    def __init__(
        self,
        books: Books,
        *,
        first: date,
        last: date,
        client: int | None,
        tiers: Sequence[str],
    ) -> None:
        self._books, self._first, self._last = books, first, last
        self._only, self._tiers = client, tiers
        # Whose a job is matters only where everybody's rows are told apart.
        self._path = "cost_centre__path" if client is None else "cost_centre_id"
        self._starts = midnight(first, books.zone)
        self._ends = midnight(last + timedelta(days=1), books.zone)
        self._places = Places(workspace_id=books.workspace_id, mode=books.mode)

    def asked(self) -> Iterator[tuple[Row, Counts]]:
        asked = self._jobs().filter(created_at__gte=self._starts, created_at__lt=self._ends)
        rest = asked.exclude(state=JobState.COMPLETED)
        tries = Attempt.objects.filter(job=OuterRef("pk"), state=AttemptState.SUCCEEDED)
        doubtful = Attempt.objects.filter(state__in=IN_DOUBT).values("job_id")
        doubt = set(rest.filter(pk__in=doubtful).values_list("pk", flat=True))
        made = set(rest.filter(Exists(tries)).values_list("pk", flat=True))
        columns = ("pk", "created_at", self._path, "state", "error_class")
        rows = asked.values_list(*columns, "seconds", "cost_micros")
        for pk, at, path, state, error, seconds, micros in self._read(rows):
            fate = "unknown" if pk in doubt else _fate(state, error)
            key = _key(fate, pk in made or fate == "delivered")
            day = self._day(at)
            for client in self._clients(path):
                row = (client, "asked", key, day, day, day)
                yield row, Counts(jobs=1, seconds=seconds, micros=micros)

    def ended(self) -> Iterator[tuple[Row, Counts]]:
        done = self._jobs().filter(
            state=JobState.COMPLETED, ended_at__gte=self._starts, ended_at__lt=self._ends
        )
        columns = ("ended_at", "created_at", self._path, "generation_mode", "seconds")
        rows = done.values_list(*columns, "ratio", "cost_micros")
        for at, asked, path, made, seconds, ratio, micros in self._read(rows):
            assert at is not None  # noqa: S101  (a check constraint says so)
            day = self._day(at)
            key, on = _key(made, seconds, ratio), asked.astimezone(UTC).date()
            for client in self._clients(path):
                row = (client, "ended", key, on, day, day)
                yield row, Counts(jobs=1, seconds=seconds, micros=micros)

    def paid(self) -> Iterator[tuple[Row, Counts]]:
        """Every job with a cost on these days, with its costs of all days."""
        lines = self._books.costs().filter(lies_below(self._only))
        if self._tiers:
            lines = lines.filter(job__tier__in=self._tiers)
        within = lines.filter(created_at__gte=self._starts, created_at__lt=self._ends)
        ids = sorted({*within.values_list("job_id", flat=True)})
        columns = (
            "job_id",
            "created_at",
            "spent_delta",
            "kind",
            "attempt__state",
            "attempt__offer_id",
            "job__state",
            "job__created_at",
            f"job__{self._path}",
            *(f"job__{name}" for name in QUESTION),
        )
        for start in range(0, len(ids), CHUNK):
            mine = lines.filter(job_id__in=ids[start : start + CHUNK])
            rows = sorted(mine.values_list(*columns), key=lambda row: row[:2])
            for _, group in groupby(rows, key=lambda row: row[0]):
                yield from self._paid_job(list(group))

    def _paid_job(self, rows: list[tuple[Any, ...]]) -> Iterator[tuple[Row, Counts]]:
        _, _, _, _, _, _, state, asked, path, *question = rows[0]
        spent: defaultdict[date, int] = defaultdict(int)
        wins: list[tuple[int, date]] = []
        for _, at, micros, kind, tried, offer, *_ in rows:
            day = self._day(at)
            spent[day] += micros
            if (kind, tried, state) == (
                LineKind.SETTLE,
                AttemptState.SUCCEEDED,
                JobState.COMPLETED,
            ):
                wins.append((offer, day))
        on = asked.astimezone(UTC).date()
        before: date | None = None
        for day, micros in sorted(spent.items()):
            if self._first <= day <= self._last:
                for since, won, counts in _paid_day(day, micros, before=before, wins=wins):
                    key = _key(*question, won)
                    for client in self._clients(path):
                        yield (client, "paid", key, on, day, since), counts
            before = day

    def _jobs(self) -> QuerySet[Job]:
        mine = Job.objects.filter(workspace_id=self._books.workspace_id, mode=self._books.mode)
        return mine.filter(lies_below(self._only))

    def _read(self, rows: QuerySet[Any, Any]) -> Iterable[Any]:
        """In pieces where many days are summed; a report's few come in one answer."""
        return rows.iterator(chunk_size=5000) if self._only is None else rows

    def _clients(self, path: str | int) -> set[int]:
        if self._only is not None:
            return {self._only}
        client, _ = self._places.of(str(path))
        return {EVERYBODY, int(client or EVERYBODY)}

    def _day(self, at: datetime) -> date:
        return at.astimezone(self._books.zone).date()


def _paid_day(
    day: date, micros: int, *, before: date | None, wins: list[tuple[int, date]]
) -> Iterator[tuple[date, str, Counts]]:
    """One job's costs of one day, as `before`, offers that delivered it, and counts.

    A delivery before that day counts where the span reaches back to it. So a row with its day as
    `before` moves the money to a key with its offer: keys without dates are few, and a year's
    reports read as many groups as there are questions.
    """
    later = [f"{offer}@{on}" for offer, on in sorted(wins) if on > day]
    known = sorted(offer for offer, on in wins if on == day)
    won = ",".join([*map(str, known), *later])
    yield day, won, Counts(jobs=1, micros=micros)
    if before:
        yield before, won, Counts(jobs=-1)
    for since, group in groupby(
        sorted((on for on in wins if on[1] < day), key=lambda one: one[1], reverse=True),
        key=lambda one: one[1],
    ):
        known = sorted([*known, *(offer for offer, _ in group)])
        more = ",".join([*map(str, known), *later])
        yield since, won, Counts(micros=-micros)
        yield since, more, Counts(micros=micros)
        won = more


@lru_cache(maxsize=4096, typed=True)
def _key(*words: object) -> str:
    return json.dumps(words, separators=(",", ":"))


def _fate(state: str, error_class: str) -> str:
    if state in JOB_OPEN:
        return "open"
    if state == JobState.FAILED:
        return "refused" if error_class == MODERATION else "failed"
    return "delivered" if state == JobState.COMPLETED else "cancelled"
