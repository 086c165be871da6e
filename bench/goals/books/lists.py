"""G10 and G11: the first page, its sums, lists and the back desk over a million jobs."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.goals.books.reading import agree, asked, filled, milliseconds
from bench.goals.figure import Figure

GOALS = ("G10", "G11")
# What a dashboard without sums would ask: jobs by state, and a month by provider and day.
RAW = (
    "SELECT state, COUNT(*) FROM generation_job GROUP BY state",
    "SELECT a.provider, l.created_at::date, SUM(l.spent_delta), COUNT(*)"
    " FROM generation_ledgerline l JOIN generation_attempt a ON a.id = l.attempt_id"
    " WHERE l.created_at >= now() - interval '1 month' GROUP BY 1, 2",
)
# What Django's own change list asks: all rows counted, found ones counted, one page by its number.
COUNTED = "SELECT COUNT(*) FROM generation_job"
PAGE = "SELECT * FROM generation_job ORDER BY id DESC LIMIT 100 OFFSET 2000"
WORD = "0000000000012345"
FOUND = (
    f"FROM generation_job WHERE UPPER(uid) LIKE UPPER('%{WORD}%')"
    f" OR UPPER(error) LIKE UPPER('%{WORD}%')"
)
LAST = "SELECT * FROM generation_job ORDER BY id DESC LIMIT 50 OFFSET 999900"


def measure(folder: Path) -> Iterator[Figure]:
    with filled(folder) as url:
        yield from _first_page(url, folder)
        yield from _lists(url)


def _first_page(url: str, folder: Path) -> Iterator[Figure]:
    raw = sum(milliseconds(url, statement) for statement in RAW)
    for name in ("page today", "page costs"):
        row = next(one for one in asked(url, name) if one["name"] == name)
        yield _figure("G10", f"{name}, p95", row["p95_ms"], at_most=60.0)
        yield _figure("G10", f"{name}, statements", row["queries"], at_most=12.0, unit="")
        yield _figure(
            "G10",
            f"{name}, in SQL",
            row["sql_ms"],
            at_most=20.0,
            anchor=raw,
            peer="the same without sums",
            times_better=50.0,
        )
    differs = 0.0 if agree(url, folder) else 1.0
    yield _figure("G10", "sums that differ from their lines", differs, at_most=0.0, unit="")


def _lists(url: str) -> Iterator[Figure]:
    rows = asked(url, "admin ")
    found, lists = _parted(rows)
    plain = 2 * milliseconds(url, COUNTED) + milliseconds(url, PAGE)
    search = sum(milliseconds(url, f"SELECT {what} {FOUND}") for what in ("COUNT(*)", "*"))
    yield _worst("back desk, slowest list or filter, p95", lists, plain, times_better=7.0)
    yield _worst("back desk, slowest search, p95", found, search, times_better=30.0)
    jobs = asked(url, "api jobs")
    first = next(row for row in jobs if row["name"] == "api jobs")
    deep = next(row for row in jobs if "cursor=" in row["name"])
    yield _figure(
        "G11", "deep API page by the first", deep["p50_ms"] / first["p50_ms"], at_most=1.5, unit=""
    )
    yield _figure(
        "G11",
        "deep API page, in SQL",
        deep["sql_ms"],
        anchor=milliseconds(url, LAST),
        peer="by offset",
        times_better=200.0,
    )


def _parted(rows: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    found = [row for row in rows if row["name"].endswith(" search")]
    return found, [row for row in rows if row not in found]


def _worst(what: str, rows: list[dict[str, Any]], anchor: float, *, times_better: float) -> Figure:
    slowest = max(row["p95_ms"] for row in rows)
    return _figure(
        "G11",
        what,
        slowest,
        at_most=90.0,
        anchor=anchor,
        peer="Django's own list",
        times_better=times_better,
    )


def _figure(goal: str, what: str, ours: float, *, unit: str = "ms", **wanted: Any) -> Figure:
    return Figure(goal=goal, what=what, unit=unit, ours=float(ours), **wanted)
