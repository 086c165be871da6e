"""Budgets and ledger lines as the API tells them, in dollars."""

from typing import TypedDict

from generation.api.answers.plain import moment
from generation.models import Budget, LedgerLine
from generation.money.pricing import as_json_number


class BudgetAnswer(TypedDict):
    """How much may be spent, is held for running work, and is spent. A hard one refuses."""

    budget_id: str
    name: str
    kind: str
    applies_to: str | None
    period_start: str
    period_end: str | None
    hard: bool
    currency: str
    limit: float
    held: float
    spent: float
    left: float


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


def budget_answer(budget: Budget) -> BudgetAnswer:
    """A budget with its cost centre and API key at hand."""
    targets = [budget.provider, budget.cost_centre, budget.api_key]
    return {
        "budget_id": budget.uid,
        "name": budget.name,
        "kind": budget.kind,
        "applies_to": next((str(target) for target in targets if target), None),
        "period_start": budget.period_start.isoformat(),
        "period_end": budget.period_end.isoformat() if budget.period_end else None,
        "hard": budget.hard,
        "currency": "USD",
        "limit": as_json_number(budget.limit_micros),
        "held": as_json_number(budget.held_micros),
        "spent": as_json_number(budget.spent_micros),
        "left": as_json_number(budget.left_micros),
    }


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
