"""Daily sums of the ledger: added to in the ledger's own transaction, rebuilt, and compared.

The day is the UTC day of the line, as vendors bill by it too. On PostgreSQL each connection
adds to a shard of its own, so that writers neither wait for each other nor lock in two orders.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection, transaction

from generation.choices import LineKind
from generation.models import Attempt, DailyRollup, Job, LedgerLine
from generation.one_trip import OneTrip

SHARDS = 16
KEY = (
    "workspace_id",
    "mode",
    "day",
    "cost_centre_id",
    "provider",
    "model",
    "tier",
    "person",
)
SUMS = (
    "held_micros",
    "released_micros",
    "settled_micros",
    "charged_micros",
    "adjusted_micros",
    "spent_micros",
    "seconds",
    "clips",
    "lines",
)
TABLE = DailyRollup._meta.db_table
Entry = tuple[LedgerLine, Attempt, Job]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A sum that is not what the ledger's lines come to; `off` is rollup minus ledger."""

    key: tuple[object, ...]
    off: tuple[int, ...]

    def __str__(self) -> str:
        named = dict(zip(KEY, self.key, strict=True))
        wrong = [f"{name} {n:+d}" for name, n in zip(SUMS, self.off, strict=True) if n]
        return f"{named['day']} {named['provider']} {named['model']}: {', '.join(wrong)}"


def add(entries: Iterable[Entry], trip: OneTrip) -> None:
    """Add new lines to their day, in one statement on `trip`, which is sent in the transaction of
    the lines."""
    sums: defaultdict[tuple[object, ...], list[int]] = defaultdict(lambda: [0] * len(SUMS))
    for line, attempt, job in entries:
        kept = sums[_key(line, attempt, job)]
        for place, value in enumerate(_values(line, attempt)):
            kept[place] += value
    _grow(sums, trip)


def add_holds(pairs: Sequence[tuple[Attempt, Job]], trip: OneTrip, *, at: datetime) -> None:
    """The same for a hold of each attempt, written at that moment."""
    held, lines = SUMS.index("held_micros"), SUMS.index("lines")
    sums: defaultdict[tuple[object, ...], list[int]] = defaultdict(lambda: [0] * len(SUMS))
    for attempt, job in pairs:
        kept = sums[_key_of(job, attempt, at=at)]
        kept[held] += attempt.max_micros
        kept[lines] += 1
    _grow(sums, trip)


def _grow(sums: Mapping[tuple[object, ...], Sequence[int]], trip: OneTrip) -> None:
    if not sums:
        return
    columns = (*KEY, "shard", *SUMS)
    shard = _shard()
    rows = [(*key, shard, *sums[key]) for key in sorted(sums, key=str)]
    values: list[Any] = [value for row in rows for value in row]
    one = f"({', '.join(['%s'] * len(columns))})"
    grown = ", ".join(f"{name} = kept.{name} + excluded.{name}" for name in SUMS)
    trip.add(
        f"INSERT INTO {TABLE} AS kept ({', '.join(columns)}) "  # noqa: S608 - constants
        f"VALUES {', '.join([one] * len(rows))} "
        f"ON CONFLICT ({', '.join((*KEY, 'shard'))}) DO UPDATE SET {grown}",
        values,
    )


def rebuild(*, first: date | None = None, last: date | None = None) -> int:
    """Make the sums of these days (both included; all without) anew from the lines.

    Returns how many rows there are then. Writers wait meanwhile, so that nothing is lost or
    counted twice.
    """
    where, values = _days("made.day", first, last)
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL statement_timeout = '30min'")
            cursor.execute(f"LOCK TABLE {TABLE} IN SHARE ROW EXCLUSIVE MODE")
        old = DailyRollup.objects.all()
        if first:
            old = old.filter(day__gte=first)
        if last:
            old = old.filter(day__lte=last)
        old.delete()
        names = ", ".join((*KEY, *SUMS))
        cursor.execute(
            f"INSERT INTO {TABLE} (shard, {names}) "  # noqa: S608 - constants of this file
            f"SELECT 0, {names} FROM ({_from_lines()}) made {where}",
            values or None,
        )
        return int(cursor.rowcount)


def differences(*, first: date | None = None, last: date | None = None) -> list[Difference]:
    """Where sums and lines disagree; nothing when all is well. One statement, so that writers
    at work meanwhile cause no false alarm."""
    where, values = _days("both_sides.day", first, last)
    names = ", ".join((*KEY, *SUMS))
    minus = ", ".join((*KEY, *(f"-{name} AS {name}" for name in SUMS)))
    off = ", ".join(f"SUM({name})" for name in SUMS)
    wrong = " OR ".join(f"SUM({name}) <> 0" for name in SUMS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(KEY)}, {off} FROM ("  # noqa: S608 - constants of this file
            f"SELECT {names} FROM {TABLE} UNION ALL "
            f"SELECT {minus} FROM ({_from_lines()}) made) both_sides {where} "
            f"GROUP BY {', '.join(KEY)} HAVING {wrong} ORDER BY day",
            values or None,
        )
        rows = cursor.fetchall()
    return [
        Difference(key=row[: len(KEY)], off=tuple(int(n) for n in row[len(KEY) :])) for row in rows
    ]


def _key(line: LedgerLine, attempt: Attempt, job: Job) -> tuple[object, ...]:
    return _key_of(job, attempt, at=line.created_at)


def _key_of(job: Job, attempt: Attempt, *, at: datetime) -> tuple[object, ...]:
    """A line has workspace, mode and cost centre from its job."""
    return (
        job.workspace_id,
        job.mode,
        at.astimezone(UTC).date(),
        job.cost_centre_id,
        attempt.provider,
        attempt.model,
        job.tier,
        job.created_by_id or 0,
    )


def _values(line: LedgerLine, attempt: Attempt) -> tuple[int, ...]:
    """In the order of SUMS."""
    made = line.kind in (LineKind.SETTLE, LineKind.CHARGE) and line.spent_delta > 0
    return (
        line.held_delta if line.kind == LineKind.HOLD else 0,
        -line.held_delta if line.held_delta < 0 else 0,
        line.spent_delta if line.kind == LineKind.SETTLE else 0,
        line.spent_delta if line.kind == LineKind.CHARGE else 0,
        line.spent_delta if line.kind == LineKind.ADJUST else 0,
        line.spent_delta,
        int(attempt.leg.get("billed_seconds", 0)) if made else 0,
        1 if made else 0,
        1,
    )


def _from_lines() -> str:
    """The same sums out of the lines themselves, as one SELECT."""
    if connection.vendor == "postgresql":
        day = "CAST(l.created_at AT TIME ZONE 'UTC' AS date)"
        seconds = "CAST(COALESCE(a.leg ->> 'billed_seconds', '0') AS bigint)"
    else:
        day = "substr(l.created_at, 1, 10)"
        seconds = "COALESCE(json_extract(a.leg, '$.billed_seconds'), 0)"
    made = "l.kind IN ('settle', 'charge') AND l.spent_delta > 0"
    return f"""
    SELECT l.workspace_id, l.mode, {day} AS day, l.cost_centre_id, a.provider, a.model, j.tier,
        COALESCE(j.created_by_id, 0) AS person,
        SUM(CASE WHEN l.kind = 'hold' THEN l.held_delta ELSE 0 END) AS held_micros,
        SUM(CASE WHEN l.held_delta < 0 THEN -l.held_delta ELSE 0 END) AS released_micros,
        SUM(CASE WHEN l.kind = 'settle' THEN l.spent_delta ELSE 0 END) AS settled_micros,
        SUM(CASE WHEN l.kind = 'charge' THEN l.spent_delta ELSE 0 END) AS charged_micros,
        SUM(CASE WHEN l.kind = 'adjust' THEN l.spent_delta ELSE 0 END) AS adjusted_micros,
        SUM(l.spent_delta) AS spent_micros,
        SUM(CASE WHEN {made} THEN {seconds} ELSE 0 END) AS seconds,
        SUM(CASE WHEN {made} THEN 1 ELSE 0 END) AS clips,
        COUNT(*) AS lines
    FROM generation_ledgerline l JOIN generation_attempt a ON a.id = l.attempt_id
    JOIN generation_job j ON j.id = l.job_id
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
    """  # noqa: S608 - constants of this file


def _days(column: str, first: date | None, last: date | None) -> tuple[str, list[date]]:
    bounds = [(f"{column} >= %s", first), (f"{column} <= %s", last)]
    given = [(sql, day) for sql, day in bounds if day is not None]
    where = f"WHERE {' AND '.join(sql for sql, _ in given)}" if given else ""
    return where, [day for _, day in given]


def _shard() -> int:
    """A number that writers at work at the same time seldom share."""
    if connection.vendor != "postgresql":
        return 0
    return int(connection.connection.info.backend_pid) % SHARDS
