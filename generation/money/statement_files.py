"""A client's statement as CSV: what the client may see, and nothing else."""

import csv
from dataclasses import dataclass
from io import StringIO

from django.utils.text import slugify

from generation.money.statements_out import ClientStatement

# What a spreadsheet would take for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
ROUNDING = (
    "The total is rounded once, half up, to the hundredth; the lines share its hundredths so that"
    " they add up to it. Clips count on the day on which they were delivered."
)
CONTENT_TYPES = {"csv": "text/csv; charset=utf-8", "pdf": "application/pdf"}

COLUMNS = (
    "client",
    "month",
    "mode",
    "number",
    "issued_on",
    "corrects",
    "work",
    "clips",
    "seconds",
    "rate",
    "currency",
    "amount",
)


@dataclass(frozen=True, kw_only=True)
class Letterhead:
    """Whose statement it is: the agency's name, and "test" or "live"."""

    agency: str
    mode: str


def as_csv(told: ClientStatement, head: Letterhead) -> str:
    """One row a line and one for the total, with dots for decimals and no thousands marks.
    `number` and `issued_on` are empty on a draft; `corrects` names an earlier statement."""
    out = StringIO()
    sheet = csv.writer(out, lineterminator="\r\n")
    sheet.writerow(COLUMNS)
    paper = [told.issued.number, told.issued.on.isoformat()] if told.issued else ["", ""]
    first = [safe(told.client), f"{told.month.first:%Y-%m}", head.mode, *paper]
    for line in told.lines:
        numbers = [line.clips, line.seconds, safe(line.rate), told.currency, plain(line.cents)]
        sheet.writerow([*first, line.corrects, safe(line.what), *numbers])
    corrects = told.issued.corrects if told.issued else ""
    sums = [told.clips, told.seconds, "", told.currency, plain(told.total_cents)]
    sheet.writerow([*first, corrects, "Total", *sums])
    return out.getvalue()


def file_name(told: ClientStatement, *, ending: str) -> str:
    """ "statement-acme-2026-10.pdf", or "statement-2026-0001-acme-2026-10.pdf" once it is issued;
    of plain letters only."""
    client = slugify(told.client) or told.client_id
    if told.issued:
        client = f"{told.issued.number}-{client}"
    return f"statement-{client}-{told.month.first:%Y-%m}.{ending}"


def plain(cents: int) -> str:
    """Hundredths as a bare number: "1204.50", "-0.05"."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def safe(text: str) -> str:
    """The text, kept from running as a formula where a spreadsheet opens the file."""
    return f"'{text}" if text.startswith(FORMULA) else text
