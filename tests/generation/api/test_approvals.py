"""Questions to the owners by API: people only, decided once, and nobody else's."""

import pytest
from django.test import Client

from accounts.models import Membership, Mode, Role, User
from generation.models import ApprovalRequest, BudgetPeriod
from tests.generation.money.budgets_by_hand import budget_of

pytestmark = pytest.mark.django_db
PATH = "/api/approvals"


def session_of(workspace, name: str, role: Role) -> Client:
    user = User.objects.create_user(name, password=None)
    Membership.objects.create(workspace=workspace, user=user, role=role)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def budget(access):
    return budget_of(access, name="November")


@pytest.fixture
def maker(workspace) -> Client:
    return session_of(workspace, "cora", Role.CREATOR)


@pytest.fixture
def boss(workspace) -> Client:
    return session_of(workspace, "bo", Role.OWNER)


def post(client: Client, path: str, body=None, **headers):
    return client.post(path, body or {}, content_type="application/json", headers=headers)


def asked(client: Client, budget, **more):
    body = {"budget_id": budget.uid, "amount": 0.25, "reason": "One more draft", **more}
    return post(client, PATH, body)


def faults(response) -> list[tuple[str, str]]:
    return [(one["code"], one["attr"]) for one in response.json()["errors"]]


def test_asked_approved_once_and_read(maker, boss, budget):
    made = asked(maker, budget)
    assert made.status_code == 201
    told = made.json()
    uid = told.pop("approval_id")
    told.pop("asked_at")
    assert told == {
        "state": "waiting",
        "budget_id": budget.uid,
        "budget": "November",
        "amount": 0.25,
        "currency": "USD",
        "reason": "One more draft",
        "asked_by": "cora",
        "decided_by": None,
        "decided_at": None,
        "answer": "",
    }
    assert faults(asked(maker, budget)) == [("invalid", "budget_id")]  # one waits at a time
    assert post(maker, f"{PATH}/{uid}/approve").status_code == 403
    done = post(boss, f"{PATH}/{uid}/approve", {"reason": "Go on"})
    assert (done.status_code, done.json()["state"]) == (200, "approved")
    assert (done.json()["decided_by"], done.json()["answer"]) == ("bo", "Go on")
    assert BudgetPeriod.objects.get(budget=budget).limit_micros == 1_250_000
    for deed in ("approve", "refuse"):
        again = post(boss, f"{PATH}/{uid}/{deed}", {"reason": "Again"})
        assert (again.status_code, faults(again)) == (400, [("decided", "approval_id")])
    assert BudgetPeriod.objects.get(budget=budget).limit_micros == 1_250_000
    assert maker.get(f"{PATH}/{uid}").json()["state"] == "approved"


def test_a_refusal_needs_a_reason_and_moves_nothing(maker, boss, budget):
    uid = asked(maker, budget).json()["approval_id"]
    assert faults(post(boss, f"{PATH}/{uid}/refuse")) == [("invalid", "reason")]
    assert maker.get(f"{PATH}/{uid}").json()["state"] == "waiting"
    done = post(boss, f"{PATH}/{uid}/refuse", {"reason": "Next month"})
    assert (done.json()["state"], done.json()["answer"]) == ("refused", "Next month")
    assert not BudgetPeriod.objects.exists()


def test_nobody_approves_an_own_question_while_another_owner_can(boss, workspace, budget):
    uid = asked(boss, budget).json()["approval_id"]
    other = session_of(workspace, "ida", Role.OWNER)
    alone = post(boss, f"{PATH}/{uid}/approve")
    assert (alone.status_code, faults(alone)) == (400, [("own_request", "approval_id")])
    assert (ApprovalRequest.objects.get().state, BudgetPeriod.objects.count()) == ("waiting", 0)
    assert post(other, f"{PATH}/{uid}/approve").status_code == 200
    mine = asked(boss, budget).json()["approval_id"]
    Membership.objects.filter(user__username="ida").delete()
    Membership.objects.exclude(user__username="bo").filter(role=Role.OWNER).delete()
    assert post(boss, f"{PATH}/{mine}/approve").status_code == 200  # nobody else could


@pytest.mark.parametrize(
    ("change", "attr"),
    [
        ({"amount": 0}, "amount"),
        ({"amount": "0.25"}, "amount"),
        ({"reason": "  "}, "reason"),
        ({"reason": None}, "reason"),
        ({"note": "x"}, "note"),
    ],
)
def test_a_body_that_is_wrong_writes_nothing(maker, budget, change, attr):
    answer = asked(maker, budget, **change)
    assert (answer.status_code, faults(answer)[0][1]) == (400, attr)
    assert ApprovalRequest.objects.count() == 0


def test_a_key_reads_and_never_asks_or_decides(caller, maker, budget):
    uid = asked(maker, budget).json()["approval_id"]
    assert caller.get(f"approvals/{uid}").status_code == 200
    body = {"budget_id": budget.uid, "amount": 1, "reason": "More"}
    refused = caller.post("approvals", body)
    assert (refused.status_code, faults(refused)) == (400, [("invalid", "budget_id")])
    assert caller.post(f"approvals/{uid}/approve", {}).status_code == 403
    assert ApprovalRequest.objects.filter(state="waiting").count() == 1


def test_lists_are_filtered_and_nobody_elses(
    maker, boss, budget, access, foreign_caller, caller, django_assert_num_queries
):
    other = budget_of(access, name="December")
    first, second = (asked(maker, one).json()["approval_id"] for one in (budget, other))
    post(boss, f"{PATH}/{first}/refuse", {"reason": "No"})
    told = {
        query: [one["approval_id"] for one in maker.get(f"{PATH}?{query}").json()["results"]]
        for query in ("", "state=waiting", f"budget_id={budget.uid}", "limit=1")
    }
    assert list(told.values()) == [[second, first], [second], [first], [second]]
    assert foreign_caller.get("approvals").json()["results"] == []
    assert foreign_caller.get(f"approvals/{first}").status_code == 404
    ApprovalRequest.objects.update(mode=Mode.LIVE)
    assert caller.get(f"approvals/{first}").status_code == 404
