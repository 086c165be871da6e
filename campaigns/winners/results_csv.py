"""What ads did, as a CSV: one row a take, placement and day. Every bad cell is named."""

import csv
import difflib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from generation.csv_cells import plain
from providers.micros import micros_from_decimal

REQUIRED = ("take", "day", "impressions", "clicks")
OPTIONAL = ("placement", "conversions", "spend", "currency")
COLUMNS = (*REQUIRED, *OPTIONAL)
MOST_BYTES = 5_000_000
MOST_ROWS = 20_000
MOST_FAULTS = 200
LONGEST_PLACEMENT = 80
LARGEST = 10**12
MOST_DOLLARS = Decimal(10_000_000)
SEPARATORS = (",", ";", "\t")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What is wrong with one cell, and what to do. Rows are counted as a spreadsheet does."""

    row: int
    column: str
    detail: str


@dataclass(frozen=True, kw_only=True)
class ResultRow:
    """One take on one placement on one day. Money is micro-dollars."""

    row: int
    take_id: int
    placement: str
    day: date
    impressions: int
    clicks: int
    conversions: int
    spend_micros: int


@dataclass(frozen=True, kw_only=True)
class Sheet:
    rows: tuple[ResultRow, ...]
    faults: tuple[Fault, ...]
    total: int


class _Bad(Exception):
    def __init__(self, column: str, detail: str) -> None:
        super().__init__(detail)
        self.column = column
        self.detail = detail


def read_results(content: bytes, *, takes: Mapping[str, int], today: date) -> Sheet:
    """Read a CSV in UTF-8 separated by comma, semicolon or tab, with a heading.

    `takes` leads from what a row may call a take (its id, or its clip's file name) to its key.
    """
    if len(content) > MOST_BYTES:
        return _nothing(f"The file is over {MOST_BYTES // 1_000_000} MB. Split it by days.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _nothing("The file is not UTF-8. Export it as CSV UTF-8.")
    head, _, _ = text.partition("\n")
    separator = max(SEPARATORS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        lines = [line for line in enumerate(reader, start=1) if any(c.strip() for c in line[1])]
    except csv.Error as odd:
        return _nothing(f"The file is no CSV: {odd}.")
    if len(lines) < 2:
        return _nothing("Send a heading and at least one row below it.")
    names = [name.strip().lower().replace(" ", "_") for name in lines[0][1]]
    if faults := tuple(_heading(names)):
        return Sheet(rows=(), faults=faults, total=len(lines) - 1)
    if len(lines) - 1 > MOST_ROWS:
        return _nothing(f"Keep it to {MOST_ROWS:,} rows; these are {len(lines) - 1:,}.")
    return _read(lines[1:], names, takes=takes, today=today)


def _nothing(detail: str) -> Sheet:
    return Sheet(rows=(), faults=(Fault(row=1, column="file", detail=detail),), total=0)


def _heading(names: list[str]) -> Iterator[Fault]:
    for name in REQUIRED:
        if name not in names:
            yield Fault(row=1, column=name, detail=f"The column {name} is missing.")
    for name in dict.fromkeys(names):
        if name not in COLUMNS:
            close = difflib.get_close_matches(name, COLUMNS, n=1, cutoff=0.6)
            hint = f"Did you mean {close[0]}?" if close else f"Known are {', '.join(COLUMNS)}."
            yield Fault(row=1, column=name[:40], detail=f"Unknown column. {hint}")
        elif names.count(name) > 1:
            yield Fault(row=1, column=name, detail="This column stands twice.")


def _read(
    lines: list[tuple[int, list[str]]],
    names: list[str],
    *,
    takes: Mapping[str, int],
    today: date,
) -> Sheet:
    rows: list[ResultRow] = []
    faults: list[Fault] = []
    first: dict[tuple[int, str, date], int] = {}
    for number, cells in lines:
        try:
            row = _row(number, cells, names, takes=takes, today=today)
            key = (row.take_id, row.placement, row.day)
            if key in first:
                said = f"Row {first[key]} has the same take, placement and day. Add them up."
                raise _Bad("take", said)
        except _Bad as bad:
            faults.append(Fault(row=number, column=bad.column, detail=bad.detail))
            continue
        first[key] = number
        rows.append(row)
    return Sheet(rows=tuple(rows), faults=tuple(faults[:MOST_FAULTS]), total=len(lines))


def _row(
    number: int,
    cells: list[str],
    names: list[str],
    *,
    takes: Mapping[str, int],
    today: date,
) -> ResultRow:
    if len(cells) != len(names):
        raise _Bad("take", f"The row has {len(cells)} cells, the heading {len(names)}.")
    told = {name: plain(cell.strip()) for name, cell in zip(names, cells, strict=True)}
    row = ResultRow(
        row=number,
        take_id=_take(told["take"], takes),
        placement=_placement(told.get("placement", "")),
        day=_day(told["day"], today=today),
        impressions=_whole(told, "impressions"),
        clicks=_whole(told, "clicks"),
        conversions=_whole(told, "conversions"),
        spend_micros=_spend(told),
    )
    if row.clicks > row.impressions:
        raise _Bad("clicks", f"{row.clicks:,} clicks of {row.impressions:,} impressions.")
    if row.conversions > row.clicks:
        said = (
            f"{row.conversions:,} conversions of {row.clicks:,} clicks. Count those after a click."
        )
        raise _Bad("conversions", said)
    return row


def _take(text: str, takes: Mapping[str, int]) -> int:
    found = takes.get(text)
    if found is None:
        said = "This names no take of the campaign. Give its id (take_…) or its clip's file name."
        raise _Bad("take", said)
    return found


def _placement(text: str) -> str:
    if len(text) > LONGEST_PLACEMENT or not text.isprintable():
        raise _Bad("placement", f"Keep it to {LONGEST_PLACEMENT} plain characters.")
    return text


def _day(text: str, *, today: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise _Bad("day", f"“{text[:30]}” is no day. Write 2026-11-30.") from None
    if not date(2000, 1, 1) <= day <= today:
        raise _Bad("day", f"{day} is not a day up to today.")
    return day


def _whole(told: Mapping[str, str], name: str) -> int:
    """0 for an empty cell of an optional column. Thousands may stand apart: 1,200 or 1 200."""
    text = told.get(name, "").replace(",", "").replace("\u00a0", "").replace(" ", "")
    if not text and name not in REQUIRED:
        return 0
    if not (text.isascii() and text.isdigit()) or int(text[:20]) > LARGEST:
        raise _Bad(name, f"“{told.get(name, '')[:30]}” is no whole number from 0 up.")
    return int(text)


def _spend(told: Mapping[str, str]) -> int:
    currency = told.get("currency", "").upper()
    if currency not in ("", "USD"):
        raise _Bad("currency", f"“{currency[:10]}” cannot be added to dollars. Convert it to USD.")
    text = told.get("spend", "").removeprefix("$").replace(",", "")
    if not text:
        return 0
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise _Bad("spend", f"“{text[:30]}” is no amount. Write 12.50.") from None
    if not amount.is_finite() or not 0 <= amount <= MOST_DOLLARS:
        raise _Bad("spend", f"“{text[:30]}” is out of bounds.")
    return micros_from_decimal(amount)
