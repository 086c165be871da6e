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

from generation.choices import JOB_OPEN, AttemptState, JobState, LineKind
from generation.money.centre_places import Places
from generation.money.day_sums import EVERYBODY, Books, lies_below
from generation.money.jobs_of_days import (
    ASKED,
    DOUBTFUL,
    ENDED,
    MADE,
    JobRow,
    delivered,
    jobs_of_days,
)
from generation.money.report_span import midnight

KINDS = ("asked", "ended", "paid")
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
    jobs: Iterable[JobRow] | None = None,
) -> dict[Row, Counts]:
    """The rows of these days, out of the jobs and lines themselves, none that is nothing:
    everybody's and each client's, or those of `client` alone, which is EVERYBODY or a client's
    id. With `tiers` of what is paid those alone. `jobs` are those of these days where the caller
    has read them already."""
    found: defaultdict[Row, Counts] = defaultdict(Counts)
    counting = _Counting(books, first=first, last=last, client=client, tiers=tiers, jobs=jobs)
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
        jobs: Iterable[JobRow] | None,
    ) -> None:
        self._books, self._first, self._last = books, first, last
        self._only, self._tiers, self._jobs = client, tiers, jobs
        # Whose a job is matters only where everybody's rows are told apart.
        self._path = "cost_centre__path" if client is None else "cost_centre_id"
        self._starts = midnight(first, books.zone)
        self._ends = midnight(last + timedelta(days=1), books.zone)
        self._places = Places(workspace_id=books.workspace_id, mode=books.mode)

    def asked(self) -> Iterator[tuple[Row, Counts]]:
        rest: list[JobRow] = []
        apart: dict[str, set[int]] = {DOUBTFUL: set(), MADE: set()}
        for job in self._jobs_of(ASKED):
            if job.part in apart:
                apart[job.part].add(job.pk)
            elif job.part == ASKED and job.state != JobState.COMPLETED:
                rest.append(job)  # until all are known that are in doubt, or made
            elif job.part == ASKED:
                yield from self._asked(job, "delivered", made=True)
        for job in rest:
            fate = "unknown" if job.pk in apart[DOUBTFUL] else _fate(job.state, job.error_class)
            yield from self._asked(job, fate, made=job.pk in apart[MADE])

    def _asked(self, job: JobRow, fate: str, *, made: bool) -> Iterator[tuple[Row, Counts]]:
        day, key = self._day(job.created_at), _key(fate, made)
        for client in self._clients(job.path):
            row = (client, "asked", key, day, day, day)
            yield row, Counts(jobs=1, seconds=job.seconds, micros=job.cost_micros)

    def ended(self) -> Iterator[tuple[Row, Counts]]:
        for job, at in delivered(self._jobs_of(ENDED), starts=self._starts, ends=self._ends):
            day, on = self._day(at), job.created_at.astimezone(UTC).date()
            key = _key(job.generation_mode, job.seconds, job.ratio)
            for client in self._clients(job.path):
                row = (client, "ended", key, on, day, day)
                yield row, Counts(jobs=1, seconds=job.seconds, micros=job.cost_micros)

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

    def _jobs_of(self, kind: str) -> Iterable[JobRow]:
        """Those at hand, else read: in pieces where many days are summed; a report's few come in
        one answer."""
        if self._jobs is not None:
            return self._jobs
        rows = jobs_of_days(
            self._books, first=self._first, last=self._last, client=self._only, kinds=(kind,)
        )
        pieces = rows.iterator(chunk_size=5000) if self._only is None else rows
        return (JobRow(*row) for row in pieces)

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
