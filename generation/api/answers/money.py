"""Ledger lines as the API tells them, in dollars."""

from typing import TypedDict

from generation.api.answers.plain import moment
from generation.models import LedgerLine
from generation.money.pricing import as_json_number


class LineAnswer(TypedDict):
    """One movement of money; `held` and `spent` are its changes, in dollars."""

    line_id: int
    at: str | None
    kind: str
    provider: str
    job_id: str
    task_id: str | None
    held: float
    spent: float
    currency: str
    native_amount: str | None
    native_unit: str | None
    provisional: bool
    reason: str


def line_answer(line: LedgerLine) -> LineAnswer:
    """A ledger line with its job and account at hand."""
    return {
        "line_id": line.pk,
        "at": moment(line.created_at),
        "kind": line.kind,
        "provider": line.account.provider,
        "job_id": line.job.uid,
        "task_id": line.task_id or None,
        "held": as_json_number(line.held_delta),
        "spent": as_json_number(line.spent_delta),
        "currency": line.currency,
        "native_amount": line.native_amount or None,
        "native_unit": line.native_unit or None,
        "provisional": line.provisional,
        "reason": line.reason,
    }
