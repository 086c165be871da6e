"""Clients' statements as the API tells them: drafts, and papers that were issued."""

from typing import TypedDict

from generation.api.answers.plain import moment
from generation.api.answers.terms import exact
from generation.models import IssuedStatement, IssueKind
from generation.money.statement_files import ROUNDING
from generation.money.statements_out import ClientStatement, Margin


class StatementLineAnswer(TypedDict):
    """`corrects` is the number of an earlier statement that the line corrects."""

    corrects: str | None
    campaign: str | None
    work: str
    clips: int
    seconds: int
    rate: str
    amount: float


class MarginAnswer(TypedDict):
    """`cost_usd` is the ledger's sum; the rest is in the statement's currency."""

    cost_usd: float
    cost: float
    billed: float
    margin: float
    margin_percent: float | None


class StatementAnswer(TypedDict):
    """`margin` is null for callers without costs:read. `preliminary` says what can change.

    `state` is draft or issued; `number`, `issued_on` and `issued_by` are null on a draft, and
    `corrects` is the first statement's number on a correction."""

    state: str
    number: str | None
    kind: str
    corrects: str | None
    issued_on: str | None
    issued_by: str | None
    client: str
    name: str
    mode: str
    month: str
    time_zone: str
    currency: str
    lines: list[StatementLineAnswer]
    total: float
    clips: int
    seconds: int
    unpriced_clips: int
    preliminary: list[str]
    rounding: str
    margin: MarginAnswer | None


class FileAnswer(TypedDict):
    """One of the files as it was issued; the hash is of its bytes."""

    url: str
    sha256: str


class PaperAnswer(TypedDict):
    """An issued statement without its rows. The files are the bytes that were issued."""

    number: str
    kind: str
    corrects: str | None
    client: str
    name: str
    mode: str
    month: str
    currency: str
    total: float
    issued_at: str | None
    issued_by: str | None
    rate_cards: list[str]
    letterhead: str
    csv: FileAnswer
    pdf: FileAnswer


class IssuedAnswer(StatementAnswer):
    """An issued statement with its rows and its files."""

    issued_at: str | None
    rate_cards: list[str]
    letterhead: str
    csv: FileAnswer
    pdf: FileAnswer


def statement_answer(told: ClientStatement, *, mode: str, margin: Margin | None) -> StatementAnswer:
    issued = told.issued
    return {
        "state": "issued" if issued else "draft",
        "number": issued.number if issued else None,
        "kind": issued.kind if issued else IssueKind.STATEMENT.value,
        "corrects": (issued.corrects or None) if issued else None,
        "issued_on": issued.on.isoformat() if issued else None,
        "issued_by": (issued.by or None) if issued else None,
        "client": told.client_id,
        "name": told.client,
        "mode": mode,
        "month": f"{told.month.first:%Y-%m}",
        "time_zone": told.month.zone.key,
        "currency": told.currency,
        "lines": [
            {
                "corrects": line.corrects or None,
                "campaign": line.campaign_id or None,
                "work": line.what,
                "clips": line.clips,
                "seconds": line.seconds,
                "rate": line.rate,
                "amount": line.cents / 100,
            }
            for line in told.lines
        ],
        "total": told.total_cents / 100,
        "clips": told.clips,
        "seconds": told.seconds,
        "unpriced_clips": told.unpriced_clips,
        "preliminary": list(told.preliminary),
        "rounding": ROUNDING,
        "margin": _margin(margin) if margin else None,
    }


def paper_answer(paper: IssuedStatement) -> PaperAnswer:
    """With its client, its files, what it corrects and who issued it at hand."""
    hashes = {file.ending: file.sha256 for file in paper.files.all()}
    return {
        "number": paper.number,
        "kind": paper.kind,
        "corrects": paper.corrects.number if paper.corrects else None,
        "client": paper.client.uid,
        "name": paper.client_name,
        "mode": paper.mode,
        "month": f"{paper.month:%Y-%m}",
        "currency": paper.currency,
        "total": paper.total_cents / 100,
        "issued_at": moment(paper.issued_at),
        "issued_by": paper.issued_by.get_username() if paper.issued_by else None,
        "rate_cards": list(paper.rate_cards),
        "letterhead": paper.letterhead["agency"],
        "csv": _file(paper, "csv", hashes["csv"]),
        "pdf": _file(paper, "pdf", hashes["pdf"]),
    }


def issued_answer(paper: IssuedStatement, told: ClientStatement) -> IssuedAnswer:
    head = paper_answer(paper)
    return {
        **statement_answer(told, mode=paper.mode, margin=None),
        "issued_at": head["issued_at"],
        "rate_cards": head["rate_cards"],
        "letterhead": head["letterhead"],
        "csv": head["csv"],
        "pdf": head["pdf"],
    }


def _file(paper: IssuedStatement, ending: str, sha256: str) -> FileAnswer:
    return {"url": f"/api/statements/{paper.number}.{ending}", "sha256": sha256}


def _margin(margin: Margin) -> MarginAnswer:
    return {
        "cost_usd": exact(margin.cost_micros),
        "cost": margin.cost_cents / 100,
        "billed": margin.billed_cents / 100,
        "margin": margin.margin_cents / 100,
        "margin_percent": None if margin.share_bp is None else margin.share_bp / 100,
    }
