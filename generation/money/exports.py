"""The ledger as a file for a finance department: CSV and XLSX, written as they are read.

A text that a spreadsheet would take for a formula gets an apostrophe in front; amounts are
exact, with six places, and never texts of somebody else's making.
"""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator
from datetime import UTC
from decimal import Decimal
from typing import IO

from generation.models import LedgerLine
from providers.micros import decimal_from_micros

COLUMNS = (
    "line",
    "at_utc",
    "kind",
    "client_campaign_batch",
    "provider",
    "model",
    "tier",
    "job",
    "prompt",
    "person",
    "api_key",
    "vendor_task",
    "billed_seconds",
    "held_usd",
    "spent_usd",
    "currency",
    "native_amount",
    "native_unit",
    "price_row",
    "statement_line",
    "for_month",
    "provisional",
    "reason",
)
Cell = str | int | Decimal
SPOOL = 4 * 1024 * 1024
PIECE = 64 * 1024


def harmless(text: str) -> str:
    """The text, with an apostrophe in front where a spreadsheet would run it as a formula."""
    risky = text.lstrip().startswith(("=", "+", "-", "@")) or text.startswith(("\t", "\r", "\n"))
    return f"'{text}" if risky else text


def cells(line: LedgerLine) -> list[Cell]:
    """One row in the order of COLUMNS. The line comes with its job, attempt and centre."""
    job, attempt = line.job, line.attempt
    centre = line.cost_centre
    above = f"{centre.parent.name} / " if centre.parent else ""
    return [
        line.pk,
        line.created_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"),
        line.kind,
        harmless(f"{above}{centre.name}"),
        attempt.provider,
        harmless(attempt.model),
        job.tier,
        job.uid,
        harmless(" ".join(job.prompt.split())[:500]),
        harmless(job.created_by.get_username() if job.created_by else ""),
        harmless(job.api_key.name if job.api_key else ""),
        harmless(line.task_id),
        int(attempt.leg.get("billed_seconds", 0)),
        decimal_from_micros(line.held_delta),
        decimal_from_micros(line.spent_delta),
        line.currency,
        harmless(line.native_amount),
        harmless(line.native_unit),
        line.price_row_id,
        harmless(line.statement_line or ""),
        f"{line.for_month:%Y-%m}" if line.for_month else "",
        "yes" if line.provisional else "no",
        harmless(line.reason),
    ]


def as_csv(lines: Iterable[LedgerLine]) -> Iterator[bytes]:
    """UTF-8 with a mark in front, so that spreadsheets read it rightly; one row a piece."""
    yield b"\xef\xbb\xbf" + _row(COLUMNS)
    for line in lines:
        yield _row(cells(line))


def as_xlsx(lines: Iterable[LedgerLine]) -> Iterator[bytes]:
    """A workbook of one sheet. Rows go to a file on disk as they come, none is kept in memory."""
    with tempfile.SpooledTemporaryFile(max_size=SPOOL) as file:
        _write_workbook(file, lines)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def _write_workbook(file: "IO[bytes]", lines: Iterable[LedgerLine]) -> None:
    import xlsxwriter  # here, for every web process would hold it for the few who want a workbook

    safe = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(file, {"constant_memory": True, **safe})
    sheet = book.add_worksheet("Ledger")
    bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "0.000000"})
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, COLUMNS, bold)
    for number, line in enumerate(lines, start=1):
        for column, value in enumerate(cells(line)):
            if isinstance(value, str):
                sheet.write_string(number, column, value)
            else:
                form = money if isinstance(value, Decimal) else None
                sheet.write_number(number, column, float(value), form)
    book.close()


def _row(values: Iterable[Cell]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerow(values)
    return text.getvalue().encode()
