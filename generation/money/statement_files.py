"""A client's statement as CSV and as PDF: what the client may see, and nothing else."""

import csv
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from django.utils.text import slugify
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table

from generation.money.cents import money_in
from generation.money.statements_out import ClientStatement, StatementLine

FONTS = Path(__file__).parent / "fonts"
TEXT, STRONG = "Statement", "Statement-Strong"
INK, QUIET, HAIRLINE = (colors.HexColor(c) for c in ("#17181A", "#5C6168", "#CFCCC4"))
WIDTHS = [74 * mm, 14 * mm, 18 * mm, 38 * mm, 30 * mm]
HEADS = ("Work", "Clips", "Seconds", "Rate", "Amount")
# What a spreadsheet would take for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
ROUNDING = (
    "The total is rounded once, half up, to the hundredth; the lines share its hundredths so that"
    " they add up to it. Clips count on the day on which they were delivered."
)
CONTENT_TYPES = {"csv": "text/csv; charset=utf-8", "pdf": "application/pdf"}
REHEARSED = "Test mode: these clips come from a sandbox and no money moves."


@dataclass(frozen=True, kw_only=True)
class Letterhead:
    """Whose statement it is: the agency's name, and "test" or "live"."""

    agency: str
    mode: str


def as_csv(told: ClientStatement, head: Letterhead) -> str:
    """One row a line and one for the total, with dots for decimals and no thousands marks."""
    out = StringIO()
    sheet = csv.writer(out, lineterminator="\r\n")
    sheet.writerow(
        ["client", "month", "mode", "work", "clips", "seconds", "rate", "currency", "amount"]
    )
    first = [safe(told.client), f"{told.month.first:%Y-%m}", head.mode]
    for line in told.lines:
        numbers = [line.clips, line.seconds, safe(line.rate), told.currency, plain(line.cents)]
        sheet.writerow([*first, safe(line.what), *numbers])
    sheet.writerow(
        [*first, "Total", told.clips, told.seconds, "", told.currency, plain(told.total_cents)]
    )
    return out.getvalue()


def as_pdf(told: ClientStatement, head: Letterhead) -> bytes:
    """One A4 document; the same statement gives the same bytes."""
    _load_fonts()
    out = BytesIO()
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=18 * mm,
        rightMargin=18 * mm,
        topMargin=20 * mm,
        bottomMargin=20 * mm,
        title=f"Statement {told.month.first:%Y-%m} {told.client}",
        author=head.agency,
        invariant=1,
        lang="en",
    )
    document.build([*_head(told, head), _table(told), *_foot(told)])
    return out.getvalue()


def file_name(told: ClientStatement, *, ending: str) -> str:
    """ "statement-acme-2026-10.pdf", of plain letters only."""
    client = slugify(told.client) or told.client_id
    return f"statement-{client}-{told.month.first:%Y-%m}.{ending}"


def plain(cents: int) -> str:
    """Hundredths as a bare number: "1204.50", "-0.05"."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def safe(text: str) -> str:
    """The text, kept from running as a formula where a spreadsheet opens the file."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _head(told: ClientStatement, head: Letterhead) -> list[Flowable]:
    parts: list[Flowable] = [
        Paragraph(escape(head.agency), _style(10, color=QUIET)),
        Paragraph(f"Statement for {told.month.first:%B %Y}", _style(20, font=STRONG, after=3)),
        Paragraph(escape(told.client), _style(12, after=5)),
    ]
    notes = [*([REHEARSED] if head.mode == "test" else []), *_warnings(told)]
    parts += [Paragraph(escape(note), _style(9, font=STRONG)) for note in notes]
    return [*parts, Spacer(1, 6 * mm)]


def _warnings(told: ClientStatement) -> list[str]:
    return [f"Preliminary: {reason}" for reason in told.preliminary]


def _table(told: ClientStatement) -> Table:
    rows: list[list[Any]] = [list(HEADS)]
    rows += [_row(line, currency=told.currency) for line in told.lines]
    total = money_in(told.currency, told.total_cents)
    rows.append(["Total", str(told.clips), str(told.seconds), "", total])
    look = [
        ("FONT", (0, 0), (-1, -1), TEXT, 9),
        ("FONT", (0, -1), (-1, -1), STRONG, 10),
        ("TEXTCOLOR", (0, 0), (-1, 0), QUIET),
        ("TEXTCOLOR", (0, 1), (-1, -1), INK),
        ("ALIGN", (1, 0), (2, -1), "RIGHT"),
        ("ALIGN", (4, 0), (4, -1), "RIGHT"),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -2), 0.4, HAIRLINE),
        ("LINEABOVE", (0, -1), (-1, -1), 0.8, INK),
        ("LEFTPADDING", (0, 0), (0, -1), 0),
        ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
    ]
    return Table(rows, colWidths=WIDTHS, repeatRows=1, style=look)


def _row(line: StatementLine, *, currency: str) -> list[Any]:
    clips = str(line.clips) if line.clips else ""
    seconds = str(line.seconds) if line.seconds else ""
    what = Paragraph(escape(line.what), _style(9))
    rate = Paragraph(escape(line.rate), _style(9))
    return [what, clips, seconds, rate, money_in(currency, line.cents)]


def _foot(told: ClientStatement) -> list[Flowable]:
    zone = f"Days are those of {told.month.zone.key}."
    return [Spacer(1, 6 * mm), Paragraph(f"{ROUNDING} {zone}", _style(8, color=QUIET))]


def _style(
    size: int, *, font: str = TEXT, color: colors.Color = INK, after: float = 0.0
) -> ParagraphStyle:
    return ParagraphStyle(
        f"{font}{size}",
        fontName=font,
        fontSize=size,
        leading=size * 1.35,
        textColor=color,
        spaceAfter=after * mm,
    )


def _load_fonts() -> None:
    if TEXT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(TEXT, FONTS / "Inter-Medium.ttf"))
        pdfmetrics.registerFont(TTFont(STRONG, FONTS / "Inter-SemiBold.ttf"))
