"""Ledger lines as the API tells them, in dollars."""

from typing import TypedDict

from generation.api.answers.plain import moment
from generation.models import LedgerLine
from generation.money.pricing import as_json_number


class BookedLine(TypedDict):
    """One movement of money; `held` and `spent` are its changes, in dollars. `for_month` is
    the closed month that an adjustment corrects."""

    line_id: int
    at: str | None
    kind: str
    provider: str
    model: str
    tier: str
    job_id: str
    cost_centre_id: str
    cost_centre: str
    person: str | None
    api_key: str | None
    task_id: str | None
    held: float
    spent: float
    currency: str
    native_amount: str | None
    native_unit: str | None
    price_row_id: int
    statement_line_id: str | None
    for_month: str | None
    provisional: bool
    reason: str


def line_answer(line: LedgerLine) -> BookedLine:
    """A ledger line with its job, attempt, account and cost centre at hand."""
    job = line.job
    return {
        "line_id": line.pk,
        "at": moment(line.created_at),
        "kind": line.kind,
        "provider": line.attempt.provider,
        "model": line.attempt.model,
        "tier": job.tier,
        "job_id": job.uid,
        "cost_centre_id": line.cost_centre.uid,
        "cost_centre": line.cost_centre.name,
        "person": job.created_by.get_username() if job.created_by else None,
        "api_key": job.api_key.name if job.api_key else None,
        "task_id": line.task_id or None,
        "held": as_json_number(line.held_delta),
        "spent": as_json_number(line.spent_delta),
        "currency": line.currency,
        "native_amount": line.native_amount or None,
        "native_unit": line.native_unit or None,
        "price_row_id": line.price_row_id,
        "statement_line_id": line.statement_line,
        "for_month": f"{line.for_month:%Y-%m}" if line.for_month else None,
        "provisional": line.provisional,
        "reason": line.reason,
    }
