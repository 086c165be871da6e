"""Owners who answer at the same moment: one answer counts, and the limit goes up once at most."""

from dataclasses import replace

import pytest

from accounts.access import Access
from accounts.models import AuditEntry, Membership, Notification, Role, User
from generation.asks import Refused
from generation.models import ApprovalRequest, BudgetPeriod
from generation.money import approvals
from tests.generation.committed import (  # noqa: F401 - fixtures
    at_once,
    committed_fixture,
    desk_fixture,
)
from tests.generation.money.budgets_by_hand import budget_of

pytestmark = pytest.mark.django_db(transaction=True)
OWNERS = 4


def owners(desk: Access) -> list[Access]:
    found = []
    for number in range(OWNERS):
        user = User.objects.create_user(f"owner-{number}", password=None)
        Membership.objects.create(workspace_id=desk.workspace_id, user=user, role=Role.OWNER)
        found.append(replace(desk, user_id=user.pk))
    return found


def test_of_many_answers_one_counts(desk: Access):
    budget = budget_of(desk)
    request = approvals.ask(desk, budget, micros=250_000, reason="More")
    people = owners(desk)
    before = Notification.objects.count()

    def answer(number: int) -> str:
        decide = approvals.approve if number % 2 else approvals.refuse
        return decide(people[number % OWNERS], request.uid, reason="So be it").state

    said = at_once(answer, times=8, threads=4)
    won = [one for one in said if isinstance(one, str)]
    assert len(won) == 1
    assert all(isinstance(one, Refused) and one.code == "decided" for one in said if one not in won)
    request.refresh_from_db()
    limits = list(BudgetPeriod.objects.values_list("limit_micros", flat=True))
    assert request.state == won[0]
    assert limits == ([1_250_000] if request.state == "approved" else [])
    deeds = AuditEntry.objects.filter(action__in=("budget.approve_once", "budget.refuse"))
    assert deeds.count() == 1
    assert Notification.objects.count() == before + 1


def test_one_person_who_asks_at_once_asks_once(desk: Access):
    budget = budget_of(desk)
    ask = {"micros": 250_000, "reason": "More"}
    said = at_once(lambda number: approvals.ask(desk, budget, **ask).uid, times=6, threads=3)
    assert sum(isinstance(one, str) for one in said) == 1
    assert sum(isinstance(one, Refused) for one in said) == 5
    assert ApprovalRequest.objects.count() == 1
    assert AuditEntry.objects.filter(action="budget.ask").count() == 1
