"""Reconciliation as the API tells it, in dollars."""

from typing import Any, TypedDict

from generation.api.answers.plain import in_dollars, moment, money
from generation.models import PeriodClose, Statement
from generation.money.closing import Readiness
from generation.money.differences import AccountSide, Difference
from generation.money.pricing import as_json_number
from generation.money.reconcile import Reconciliation
from generation.money.statements_in import Imported


class AccountAnswer(TypedDict):
    """One provider's month. `awaited` is expected on the next bill, `uncovered` on one that
    has not been imported; both are in dollars, and neither counts as a difference."""

    provider: str
    grain: str
    billed: float
    booked: float
    difference: float
    matched: int
    awaited: float
    uncovered: float
    covered_until: str | None


class ReconciliationAnswer(TypedDict):
    """A month: `blocked` says what stands in the way of closing it."""

    month: str
    closed: bool
    can_close: bool
    blocked: list[str]
    open_differences: int
    disputed_differences: int
    open_holds: int
    held: float
    accounts: list[AccountAnswer]


class DifferenceAnswer(TypedDict):
    """Accepting it adds `adjustment` to the ledger, or settles the job in doubt."""

    subject: str
    kind: str
    words: str
    provider: str
    day: str
    model: str | None
    task_id: str | None
    job_id: str | None
    billed: float
    booked: float
    adjustment: float
    disputed_because: str | None


class DifferencesPage(TypedDict):
    """Differences, the latest day first."""

    results: list[DifferenceAnswer]
    next: str | None
    next_cursor: str | None


class BillAnswer(TypedDict):
    """One import: lines that were new, and those that were known before."""

    bill_id: str
    provider: str
    source: str
    grain: str
    starts_on: str
    ends_on: str
    file_name: str
    added: int
    known: int
    amount: float
    imported_by: str | None
    imported_at: str | None


class ImportAnswer(TypedDict):
    """`elsewhere` counts lines of other workspaces, which were left out."""

    bills: list[BillAnswer]
    elsewhere: int


class DecisionAnswer(TypedDict):
    """`line_id` is the ledger line that was written, null where none was."""

    subject: str
    decision: str
    line_id: int | None


class MonthAnswer(TypedDict):
    """A closed month; `report` is what it came to, for ever the same."""

    month: str
    spent: float
    closed_at: str | None
    closed_by: str | None
    override_reason: str
    report_sha256: str
    report: dict[str, Any]


def reconciliation_answer(found: Reconciliation, ready: Readiness) -> ReconciliationAnswer:
    return {
        "month": f"{found.month:%Y-%m}",
        "closed": found.closed is not None,
        "can_close": not (found.closed or ready.too_early or ready.blocked),
        "blocked": ready.blocked,
        "open_differences": len(found.open),
        "disputed_differences": len(found.disputed),
        "open_holds": ready.open_holds,
        "held": as_json_number(ready.open_hold_micros),
        "accounts": [_account(side) for side in found.accounts],
    }


def _account(side: AccountSide) -> AccountAnswer:
    return {
        "provider": side.provider,
        "grain": side.grain,
        "billed": as_json_number(side.billed),
        "booked": as_json_number(side.booked),
        "difference": as_json_number(side.billed - side.booked),
        "matched": side.matched,
        "awaited": as_json_number(side.awaited),
        "uncovered": as_json_number(side.uncovered),
        "covered_until": side.covered_until.isoformat() if side.covered_until else None,
    }


def difference_answer(one: Difference) -> DifferenceAnswer:
    return {
        "subject": one.subject,
        "kind": one.kind,
        "words": one.words,
        "provider": one.provider,
        "day": one.day.isoformat(),
        "model": one.model or None,
        "task_id": one.task_id or None,
        "job_id": one.job_uid or None,
        "billed": as_json_number(one.billed),
        "booked": as_json_number(one.booked),
        "adjustment": as_json_number(one.off),
        "disputed_because": one.decided or None,
    }


def bill_answer(row: Statement) -> BillAnswer:
    """An import with its account and its person at hand."""
    return {
        "bill_id": row.uid,
        "provider": row.account.provider,
        "source": row.source,
        "grain": row.grain,
        "starts_on": row.starts_on.isoformat(),
        "ends_on": row.ends_on.isoformat(),
        "file_name": row.file_name,
        "added": row.added_lines,
        "known": row.known_lines,
        "amount": as_json_number(row.added_micros),
        "imported_by": row.imported_by.get_username() if row.imported_by else None,
        "imported_at": moment(row.imported_at),
    }


def import_answer(done: list[Imported]) -> ImportAnswer:
    return {
        "bills": [bill_answer(one.statement) for one in done],
        "elsewhere": sum(one.elsewhere for one in done),
    }


def month_answer(row: PeriodClose) -> MonthAnswer:
    return {
        "month": f"{row.month:%Y-%m}",
        "spent": money(row.spent_micros) or 0.0,
        "closed_at": moment(row.closed_at),
        "closed_by": row.closed_by.get_username() if row.closed_by else None,
        "override_reason": row.override_reason,
        "report_sha256": row.report_sha256,
        "report": in_dollars(row.report),
    }
