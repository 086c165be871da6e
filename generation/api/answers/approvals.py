"""Questions to the owners as the API tells them, in dollars."""

from typing import TypedDict

from generation.api.answers.plain import moment
from generation.models import ApprovalRequest
from generation.money.pricing import as_json_number


class ApprovalAnswer(TypedDict):
    """So much more in the running period of a budget, once. Decided once and then kept."""

    approval_id: str
    state: str
    budget_id: str
    budget: str
    amount: float
    currency: str
    reason: str
    asked_by: str
    asked_at: str | None
    decided_by: str | None
    decided_at: str | None
    answer: str


def approval_answer(one: ApprovalRequest) -> ApprovalAnswer:
    """A question with its budget and its people at hand."""
    return {
        "approval_id": one.uid,
        "state": one.state,
        "budget_id": one.budget.uid,
        "budget": one.budget.name,
        "amount": as_json_number(one.micros),
        "currency": "USD",
        "reason": one.reason,
        "asked_by": one.asked_by.get_username(),
        "asked_at": moment(one.created_at),
        "decided_by": one.decided_by.get_username() if one.decided_by else None,
        "decided_at": moment(one.decided_at),
        "answer": one.answer,
    }
