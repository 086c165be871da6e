"""Asking for more than a budget has left: who may, what an approval moves, what a refusal does."""

from dataclasses import replace

import pytest
from django.test import Client

from accounts.access import Forbidden
from accounts.models import AuditEntry, Membership, Notification, Role, User, Workspace
from generation.asks import Refused
from generation.models import ApprovalRequest, Budget, BudgetPeriod
from generation.money import approvals, budget_terms
from generation.money.budgets import BudgetExceeded
from generation.money.invariants import breaches
from tests.generation.money.budgets_by_hand import DRAFT, budget_of, draft

pytestmark = pytest.mark.django_db
ASKED = {"amount": "0.10", "reason": "One more draft", "token": "t"}


@pytest.fixture
def maker(workspace, shop) -> Client:
    user = User.objects.create_user("cora", password=None)
    Membership.objects.create(workspace=workspace, user=user, role=Role.CREATOR)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def viewer(workspace, shop) -> Client:
    user = User.objects.create_user("vic", password=None)
    Membership.objects.create(workspace=workspace, user=user, role=Role.VIEWER)
    client = Client()
    client.force_login(user)
    return client


def limit_of(budget: Budget) -> int:
    return BudgetPeriod.objects.get(budget=budget).limit_micros


def test_what_was_refused_is_made_once_an_owner_has_approved_the_exact_sum(
    maker, browser, access, owner
):
    budget = budget_of(access, limit_micros=DRAFT)
    draft(access)
    with pytest.raises(BudgetExceeded):
        draft(access)
    assert maker.post(f"/budgets/{budget.uid}/ask/", ASKED).status_code == 302
    told = Notification.objects.filter(user=owner).latest("pk")
    assert told.words == "cora asks for $0.10 more in “Quarter”: One more draft"
    assert limit_of(budget) == DRAFT
    request = ApprovalRequest.objects.get()
    assert "cora asks for $0.10 more" in browser.get("/budgets/").content.decode()
    sent = browser.post(f"/approvals/{request.uid}/decide/", {"decision": "approve"})
    assert sent.status_code == 302
    budget.refresh_from_db()
    assert (limit_of(budget), budget.limit_micros) == (2 * DRAFT, DRAFT)
    draft(access)
    with pytest.raises(BudgetExceeded):
        draft(access)
    entry = AuditEntry.objects.get(action="budget.approve_once")
    limits = {"limit_micros": DRAFT}, {"limit_micros": 2 * DRAFT, "request": request.uid}
    assert (entry.before, entry.after) == limits
    page = browser.get(f"/budgets/{budget.uid}/").content.decode()
    assert "Limit $0.10 → $0.20" in page
    assert "Asked for $0.10 more" in page
    assert [str(one) for one in breaches()] == []


def test_an_approval_outlives_a_new_name_and_not_a_new_limit(access, owner):
    budget = budget_of(access, limit_micros=DRAFT)
    request = approvals.ask(access, budget, micros=50_000, reason="More")
    approvals.approve(access, request.uid)
    budget_terms.change(access, budget, changes={"name": "Renamed"}, reason="Clearer")
    assert limit_of(budget) == DRAFT + 50_000
    budget_terms.change(access, budget, changes={"limit_micros": 300_000}, reason="More")
    assert limit_of(budget) == 300_000


def test_it_is_decided_once(access, owner):
    budget = budget_of(access, limit_micros=DRAFT)
    request = approvals.ask(access, budget, micros=50_000, reason="More")
    approvals.approve(access, request.uid)
    for decide in (approvals.approve, approvals.refuse):
        with pytest.raises(Refused, match="decided this already"):
            decide(access, request.uid, reason="Again")
    assert limit_of(budget) == DRAFT + 50_000


def test_a_refusal_needs_a_reason_moves_nothing_and_tells_who_asked(maker, browser, access):
    budget = budget_of(access, limit_micros=DRAFT)
    maker.post(f"/budgets/{budget.uid}/ask/", ASKED)
    request = ApprovalRequest.objects.get()
    path = f"/approvals/{request.uid}/decide/"
    assert browser.post(path, {"decision": "refuse", "answer": " "}).status_code == 422
    request.refresh_from_db()
    assert request.state == "waiting"
    assert browser.post(path, {"decision": "refuse", "answer": "Next month"}).status_code == 302
    request.refresh_from_db()
    assert (request.state, request.answer) == ("refused", "Next month")
    assert not BudgetPeriod.objects.exclude(limit_micros=DRAFT).exists()
    told = Notification.objects.get(user=request.asked_by)
    assert told.words == "Refused: $0.10 more in “Quarter”. Next month"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"amount": "0"}, "Name a sum above $0."),
        ({"amount": "much"}, "Type a number such as 0.25."),
        ({"reason": "  "}, "Say why."),
    ],
)
def test_a_question_without_sum_or_reason_writes_nothing(maker, access, change, said):
    budget = budget_of(access)
    page = maker.post(f"/budgets/{budget.uid}/ask/", {**ASKED, **change})
    assert page.status_code == 422
    assert said in page.content.decode()
    assert (ApprovalRequest.objects.count(), AuditEntry.objects.count()) == (0, 0)


def test_a_second_question_waits_for_the_first_answer(maker, access):
    budget = budget_of(access)
    path = f"/budgets/{budget.uid}/ask/"
    maker.post(path, ASKED)
    assert maker.post(path, ASKED).status_code == 302  # the same form sent again
    again = maker.post(path, {**ASKED, "amount": "5", "token": "u"})
    assert "still waits for an owner" in again.content.decode()
    assert ApprovalRequest.objects.count() == 1


def test_who_may_not_is_refused_and_foreign_budgets_do_not_exist(maker, viewer, access, owner):
    budget = budget_of(access)
    request = approvals.ask(access, budget, micros=1, reason="More")
    decide = f"/approvals/{request.uid}/decide/"
    assert viewer.post(f"/budgets/{budget.uid}/ask/", ASKED).status_code == 403
    assert maker.post(decide, {"decision": "approve"}).status_code == 403
    with pytest.raises(Forbidden):
        approvals.approve(replace(access, role=Role.MANAGER), request.uid)
    other = Workspace.objects.create(slug="south", name="South")
    stranger = User.objects.create_user("sid", password=None)
    Membership.objects.create(workspace=other, user=stranger, role=Role.OWNER)
    client = Client()
    client.force_login(stranger)
    assert client.post(decide, {"decision": "approve"}).status_code == 404
    assert client.post(f"/budgets/{budget.uid}/ask/", ASKED).status_code == 404
    request.refresh_from_db()
    assert (request.state, AuditEntry.objects.filter(action="budget.approve_once").count()) == (
        "waiting",
        0,
    )
