"""A vendor's bill as a CSV file; the columns are explained in docs/reconciliation.md."""

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from generation.models import Grain, StatementSource
from generation.money.bills import BadBill, Bill, BillLine
from generation.money.reports_ledger import next_month
from providers.micros import micros_from_decimal

REQUIRED = ("task_id", "date", "amount_usd")
OPTIONAL = ("line_id", "client_ref", "model", "seconds", "native_amount", "native_unit")
MOST_BYTES = 20 * 1024 * 1024
MOST_FAULTS = 20
MOST_DOLLARS = Decimal(1_000_000)
LENGTHS = {"task_id": 120, "client_ref": 120, "model": 80, "line_id": 100}
LENGTHS |= {"native_amount": 40, "native_unit": 20}
Row = dict[str, str]


def read_csv(
    content: bytes, *, provider: str, month: date, today: date, file_name: str = ""
) -> Bill:
    """The bill of a month. Commas or semicolons, UTF-8 with or without a mark in front.

    Lines of other days are taken too: vendors move some into the next month. Of the running
    month only the days up to the last line count as covered. Raises BadBill, naming up to
    MOST_FAULTS faults by row and column.
    """
    rows = _rows(content)
    lines, faults = _lines(rows)
    if faults:
        raise BadBill(faults[:MOST_FAULTS])
    until = next_month(month)
    if until > today:
        days = [line.day for line in lines if month <= line.day < until]
        until = max(days, default=month) + timedelta(days=1)
    return Bill(
        provider=provider,
        source=StatementSource.CSV,
        grain=Grain.TASK,
        starts_on=month,
        ends_on=until,
        lines=tuple(lines),
        file_name=file_name[:200],
    )


def _rows(content: bytes) -> list[Row]:
    if len(content) > MOST_BYTES:
        raise BadBill([f"The file is over {MOST_BYTES // 2**20} MB. Split it by days."])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadBill(["The file is not UTF-8. Export it as CSV UTF-8."]) from None
    head = text.partition("\n")[0]
    reader = csv.DictReader(
        io.StringIO(text, newline=""), delimiter=";" if head.count(";") > head.count(",") else ","
    )
    names = [(name or "").strip().lower() for name in reader.fieldnames or []]
    missing = [name for name in REQUIRED if name not in names]
    unknown = [name for name in names if name not in (*REQUIRED, *OPTIONAL)]
    faults = [f"The column {name} is missing." for name in missing]
    faults += [f"The column “{name[:40]}” is not known. Remove or rename it." for name in unknown]
    if faults:
        raise BadBill(faults[:MOST_FAULTS])
    reader.fieldnames = names
    try:
        rows = [row for row in reader if any(value for value in row.values())]
    except csv.Error as odd:
        raise BadBill([f"The file is no CSV: {odd}."]) from odd
    if not rows:
        raise BadBill(["The file has no lines below its heading."])
    return rows


def _lines(rows: Iterable[Row]) -> tuple[list[BillLine], list[str]]:
    lines: list[BillLine] = []
    faults: list[str] = []
    seen: Counter[str] = Counter()
    for number, row in enumerate(rows, start=2):
        try:
            line = _line(row, seen)
        except ValueError as fault:
            faults.append(f"Row {number}: {fault}")
        else:
            lines.append(line)
    named = Counter(line.key for line in lines)
    faults += [f"line_id “{key[4:]}” stands {n} times." for key, n in named.items() if n > 1]
    return lines, faults


def _line(row: Row, seen: Counter[str]) -> BillLine:
    if None in row or None in row.values():
        raise ValueError("it has more or fewer fields than the heading.")
    told = {name: value.strip() for name, value in row.items()}
    for name, most in LENGTHS.items():
        if len(told.get(name, "")) > most:
            raise ValueError(f"{name} is longer than {most} characters.")
    if not told["task_id"]:
        raise ValueError("task_id is empty. Give the provider's own id of the task.")
    day, micros = _day(told["date"]), _micros(told["amount_usd"])
    return BillLine(
        key=_key(told, day, micros, seen),
        day=day,
        micros=micros,
        task_id=told["task_id"],
        client_ref=told.get("client_ref", ""),
        model=told.get("model", ""),
        seconds=_seconds(told.get("seconds", "")),
        native_amount=told.get("native_amount", ""),
        native_unit=told.get("native_unit", ""),
    )


def _key(told: Row, day: date, micros: int, seen: Counter[str]) -> str:
    """The vendor's own id of the line. Without one, equal lines are told apart by their number,
    so that a task billed twice stays two lines and a file taken in twice adds none."""
    if told.get("line_id"):
        return f"csv:{told['line_id']}"
    content = f"{told['task_id']}|{day}|{micros}"
    seen[content] += 1
    return f"csv#{hashlib.sha256(f'{content}|{seen[content]}'.encode()).hexdigest()[:40]}"


def _day(text: str) -> date:
    try:
        at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise ValueError(f"date “{text[:30]}” is none. Write 2026-11-30.") from None
    offset = at.utcoffset() or timedelta()
    return (at.replace(tzinfo=None) - offset).date()


def _micros(text: str) -> int:
    try:
        amount = Decimal(text.removeprefix("$"))
    except InvalidOperation:
        raise ValueError(f"amount_usd “{text[:30]}” is no amount. Write 0.25 or -0.25.") from None
    if not amount.is_finite() or abs(amount) > MOST_DOLLARS:
        raise ValueError(f"amount_usd “{text[:30]}” is out of bounds.")
    return micros_from_decimal(amount)


def _seconds(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 6:
        raise ValueError(f"seconds “{text[:20]}” is no whole number.")
    return int(text)
