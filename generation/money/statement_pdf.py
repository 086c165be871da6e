"""A client's statement as a PDF of A4 pages: what the client may see, and nothing else."""

from collections.abc import Callable, Sequence
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table

from generation.money.cents import money_in
from generation.money.statement_figures import STRONG, TEXT, Figures
from generation.money.statement_files import ROUNDING, Letterhead
from generation.money.statements_out import ClientStatement, StatementLine

FONTS = Path(__file__).parent / "fonts"
INK, QUIET, HAIRLINE, STRIPE = (
    colors.HexColor(code) for code in ("#17181A", "#5C6168", "#CFCCC4", "#FFB224")
)
PAGE_WIDTH, PAGE_HEIGHT = A4
SIDE, TOP, BOTTOM = 20 * mm, 24 * mm, 24 * mm
PADDING = 6  # of the frame that the story flows into
ROOM = PAGE_WIDTH - 2 * SIDE
WIDTHS = [ROOM - 110 * mm, 14 * mm, 18 * mm, 44 * mm, 34 * mm]
HEADS = ("Work", "Clips", "Seconds", "Rate", "Amount")
REHEARSED = "Test mode: these clips come from a sandbox and no money moves."
TITLES = {"": "Draft statement", "statement": "Statement", "correction": "Correction"}


def as_pdf(told: ClientStatement, head: Letterhead) -> bytes:
    """One document; the same statement gives the same bytes."""
    _load_fonts()
    out = BytesIO()
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=SIDE - PADDING,
        rightMargin=SIDE - PADDING,
        topMargin=TOP,
        bottomMargin=BOTTOM,
        title=f"{_title(told)} {_name(told)}, {told.client}",
        author=head.agency,
        subject=f"{told.month.first:%B %Y}",
        invariant=1,
        lang="en",
    )
    story = [*_letterhead(told, head), *_notices(told), _table(told), *_ending(told, head)]
    document.build(story, canvasmaker=_numbered(told, head))
    return out.getvalue()


def _title(told: ClientStatement) -> str:
    return TITLES[told.issued.kind if told.issued else ""]


def _name(told: ClientStatement) -> str:
    return told.issued.number if told.issued else f"{told.month.first:%Y-%m}"


def _letterhead(told: ClientStatement, head: Letterhead) -> list[Flowable]:
    top = Table(
        [[Paragraph(escape(head.agency), _style(15, font=STRONG)), _right(_title(told), 15)]],
        colWidths=[ROOM * 0.6, ROOM * 0.4],
        style=[
            *_FLUSH,
            ("VALIGN", (0, 0), (-1, -1), "BOTTOM"),
            ("LINEBELOW", (0, 0), (-1, 0), 1, INK),
        ],
    )
    whom = [
        Paragraph("For", _style(8.5, color=QUIET)),
        Paragraph(escape(told.client), _style(12, font=STRONG)),
    ]
    facts = Table(
        [
            [Paragraph(name, _style(8.5, color=QUIET)), Paragraph(escape(text), _style(9))]
            for name, text in _facts(told)
        ],
        colWidths=[24 * mm, ROOM * 0.5 - 24 * mm],
        style=[
            *_FLUSH,
            ("TOPPADDING", (0, 0), (-1, -1), 1),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
        ],
    )
    both = Table([[whom, facts]], colWidths=[ROOM * 0.5, ROOM * 0.5], style=_FLUSH)
    return [top, Spacer(1, 6 * mm), both, Spacer(1, 8 * mm)]


def _facts(told: ClientStatement) -> list[tuple[str, str]]:
    issued, days = told.issued, told.month
    facts = [("Number", issued.number if issued else "none yet: not issued")]
    if issued and issued.corrects:
        facts.append(("Corrects", issued.corrects))
    facts.append(("Period", f"{days.first.day} to {_day(days.last)}"))
    if issued:
        facts.append(("Issued", f"{_day(issued.on)}{f' by {issued.by}' if issued.by else ''}"))
    return [*facts, ("Currency", told.currency)]


def _notices(told: ClientStatement) -> list[Flowable]:
    """Why a draft can still change, and which papers corrections are about."""
    said = [f"Preliminary: {reason}" for reason in told.preliminary]
    if told.issued and told.issued.corrects:
        said.append(
            f"What has changed since statement {told.issued.corrects} was issued. That one stays"
            " as it is; this one is added to it."
        )
    notes: list[Flowable] = [Paragraph(escape(text), _style(9)) for text in said]
    return [*notes, Spacer(1, 4 * mm)] if notes else []


def _table(told: ClientStatement) -> Table:
    rows: list[list[Any]] = [_heads()]
    rows += [_row(line, currency=told.currency) for line in told.lines]
    rows += _totals(told)
    sums = len(_totals(told))
    look = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("TOPPADDING", (0, 0), (-1, -1), 4),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
        ("LEFTPADDING", (0, 0), (0, -1), 0),
        ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
        ("LINEBELOW", (0, 0), (-1, 0), 0.8, INK),
        ("LINEBELOW", (0, 1), (-1, -sums - 1), 0.4, HAIRLINE),
        ("LINEABOVE", (0, -sums), (-1, -sums), 0.8, INK),
        ("LINEABOVE", (0, -1), (-1, -1), 0.8, INK),
        ("LINEBELOW", (0, -1), (-1, -1), 0.8, INK),
        # The sums stay together, and never alone on a page.
        ("NOSPLIT", (0, -sums - 1), (-1, -1)),
    ]
    return Table(rows, colWidths=WIDTHS, repeatRows=1, style=look)


def _heads() -> list[Any]:
    left, right = _style(8.5, color=QUIET), _style(8.5, color=QUIET, right=True)
    return [Paragraph(word, left if word in ("Work", "Rate") else right) for word in HEADS]


def _row(line: StatementLine, *, currency: str) -> list[Any]:
    return [
        Paragraph(escape(line.what), _style(9)),
        Figures(f"{line.clips:,}" if line.clips else ""),
        Figures(f"{line.seconds:,}" if line.seconds else ""),
        Paragraph(escape(line.rate), _style(9)),
        Figures(money_in(currency, line.cents)),
    ]


def _totals(told: ClientStatement) -> list[list[Any]]:
    """The sum; before it what is of this month and what of others, where both are there."""
    later = sum(line.cents for line in told.lines if line.corrects)
    own = told.total_cents - later
    rows = []
    if 0 < sum(1 for line in told.lines if line.corrects) < len(told.lines):
        for name, cents in ((f"{told.month.first:%B %Y}", own), ("Corrections", later)):
            rows.append(
                [Paragraph(name, _style(9)), "", "", "", Figures(money_in(told.currency, cents))]
            )
    name = "Credit" if told.total_cents < 0 else "Total"
    total = money_in(told.currency, told.total_cents)
    figures = [
        Figures(f"{n:,}" if n else "", font=STRONG, size=10.5) for n in (told.clips, told.seconds)
    ]
    return [
        *rows,
        [
            Paragraph(name, _style(10.5, font=STRONG)),
            *figures,
            "",
            Figures(total, font=STRONG, size=10.5),
        ],
    ]


def _ending(told: ClientStatement, head: Letterhead) -> list[Flowable]:
    zone = f"Days are those of {told.month.zone.key}."
    parts: list[Flowable] = [
        Spacer(1, 6 * mm),
        Paragraph(f"{ROUNDING} {zone}", _style(8, color=QUIET)),
    ]
    if told.issued:
        parts += [Spacer(1, 18 * mm), _signature(head)]
    return [KeepTogether(parts)]


def _signature(head: Letterhead) -> Table:
    names = [
        Paragraph(escape(text), _style(8, color=QUIET)) for text in (f"For {head.agency}", "Date")
    ]
    return Table(
        [[names[0], "", names[1], ""]],
        colWidths=[70 * mm, 10 * mm, 40 * mm, ROOM - 120 * mm],
        style=[*_FLUSH, *(("LINEABOVE", (at, 0), (at, 0), 0.6, INK) for at in (0, 2))],
    )


def _numbered(told: ClientStatement, head: Letterhead) -> Callable[..., Canvas]:
    """A canvas that knows at its end how many pages there are, and then draws their edges."""

    class Numbered(Canvas):  # type: ignore[misc]
        def __init__(self, *args: Any, **how: Any) -> None:
            super().__init__(*args, **how)
            self.kept: list[dict[str, Any]] = []

        def showPage(self) -> None:
            self.kept.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for number, state in enumerate(self.kept, start=1):
                self.__dict__.update(state)
                _edges(self, told, head, page=f"Page {number} of {len(self.kept)}")
                super().showPage()
            super().save()

    return Numbered


def _edges(canvas: Canvas, told: ClientStatement, head: Letterhead, *, page: str) -> None:
    if head.mode == "test":
        canvas.setFillColor(STRIPE)
        canvas.rect(0, PAGE_HEIGHT - 9 * mm, PAGE_WIDTH, 9 * mm, stroke=0, fill=1)
        canvas.setFillColor(INK)
        canvas.setFont(STRONG, 8.5)
        canvas.drawString(SIDE, PAGE_HEIGHT - 5.9 * mm, REHEARSED)
    canvas.setStrokeColor(HAIRLINE)
    canvas.setLineWidth(0.4)
    canvas.line(SIDE, 16 * mm, PAGE_WIDTH - SIDE, 16 * mm)
    canvas.setFillColor(QUIET)
    canvas.setFont(TEXT, 8)
    canvas.drawString(
        SIDE, 11.5 * mm, _shortened(f"{head.agency} · {_title(told)} {_name(told)} · {told.client}")
    )
    canvas.drawRightString(PAGE_WIDTH - SIDE, 11.5 * mm, page)


def _shortened(text: str) -> str:
    """As much of it as fits on the line beside the page's number."""
    room = ROOM - 30 * mm
    while pdfmetrics.stringWidth(text, TEXT, 8) > room:
        text = f"{text[:-2]}…"
    return text


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _right(text: str, size: float) -> Paragraph:
    return Paragraph(escape(text), _style(size, color=QUIET, right=True))


def _style(
    size: float, *, font: str = TEXT, color: colors.Color = INK, right: bool = False
) -> ParagraphStyle:
    return ParagraphStyle(
        f"{font}{size}",
        fontName=font,
        fontSize=size,
        leading=size * 1.35,
        textColor=color,
        alignment=2 if right else 0,
    )


_FLUSH: Sequence[tuple[Any, ...]] = (
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 0),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
)


def _load_fonts() -> None:
    if TEXT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(TEXT, FONTS / "Inter-Medium.ttf"))
        pdfmetrics.registerFont(TTFont(STRONG, FONTS / "Inter-SemiBold.ttf"))
