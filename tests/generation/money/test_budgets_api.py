"""Budgets by the API: read by keys, made and changed by signed-in owners, exact in refusal."""

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.keys import make_key
from accounts.models import AuditEntry, Membership, Mode, Role, User, Workspace
from generation.models import Budget, BudgetPeriod
from tests.generation.money.budgets_by_hand import DRAFT, books, budget_of, draft, settle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]
BODY = {"name": "November", "kind": "workspace", "limit": 250.5}


@pytest.fixture(autouse=True)
def calm() -> None:
    cache.clear()


@pytest.fixture
def key(workspace, owner) -> Client:
    text = make_key(workspace, mode=Mode.TEST, name="Robot", created_by=owner)[1]
    return Client(headers={"Authorization": f"Bearer {text}"})


def post(client: Client, body, **headers):
    return client.post("/api/budgets", body, content_type="application/json", headers=headers)


def patch(client: Client, uid: str, body):
    return client.patch(f"/api/budgets/{uid}", body, content_type="application/json")


def faults(response) -> list[tuple[str, str]]:
    return [(error["attr"], error["detail"]) for error in response.json()["errors"]]


def test_a_budget_as_it_stands(key, access, clock_at):
    budget = budget_of(access, period="monthly", kind="provider", provider="pika")
    settle(draft(access), micros=DRAFT)
    draft(access)
    told = {
        "budget_id": budget.uid,
        "name": "Quarter",
        "kind": "provider",
        "target": "pika",
        "applies_to": "pika",
        "period": "monthly",
        "period_start": "2026-11-01",
        "period_end": "2026-11-30",
        "hard": True,
        "active": True,
        "alert_shares": [50, 80, 100],
        "currency": "USD",
        "limit": 1.0,
        "held": 0.1,
        "spent": 0.1,
        "left": 0.8,
        "forecast": 0.23,
    }
    page = key.get("/api/budgets").json()
    assert page == {"results": [told], "next": None, "next_cursor": None}
    detail = key.get(f"/api/budgets/{budget.uid}").json()
    periods = [
        {
            "period_start": "2026-11-01",
            "period_end": "2026-11-30",
            "limit": 1.0,
            "held": 0.1,
            "spent": 0.1,
        }
    ]
    assert detail == {**told, "alerts": [], "periods": periods, "history": []}


def test_lists_are_filtered_and_paged_with_a_constant_number_of_queries(
    key, access, django_assert_max_num_queries
):
    made = [budget_of(access, name=f"Number {number}", active=number > 1) for number in range(5)]
    pika = budget_of(access, kind="provider", provider="pika")
    first = key.get("/api/budgets", {"limit": 2, "kind": "workspace"}).json()
    assert [one["budget_id"] for one in first["results"]] == [made[4].uid, made[3].uid]
    rest = key.get(first["next"]).json()
    assert [one["budget_id"] for one in rest["results"]] == [made[2].uid, made[1].uid]
    only = key.get("/api/budgets", {"target": "pika"}).json()["results"]
    assert [one["budget_id"] for one in only] == [pika.uid]
    assert len(key.get("/api/budgets", {"active": "false"}).json()["results"]) == 2
    with django_assert_max_num_queries(4):
        key.get("/api/budgets")


def test_an_owner_makes_one_budget_for_one_key(browser):
    answers = [post(browser, BODY, **{"Idempotency-Key": "b-1"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    budget = Budget.objects.get()
    assert (budget.limit_micros, budget.period, budget.hard) == (250_500_000, "monthly", True)
    assert answers[0].json()["left"] == 250.5
    assert BudgetPeriod.objects.count() == AuditEntry.objects.filter(reason="").count() == 1


@pytest.mark.parametrize(
    ("change", "attr"),
    [
        ({"limit": "250"}, "limit"),
        ({"limit": -1}, "limit"),
        ({"limit": None}, "limit"),
        ({"limit": 10_000_000_000}, "limit"),
        ({"kind": "moon"}, "kind"),
        ({"name": "  "}, "name"),
        ({"target": "pika"}, "target"),
        ({"period": "weekly"}, "period"),
        ({"period": "custom", "starts_on": "2026-13-01"}, "starts_on"),
        ({"period": "custom"}, "starts_on"),
        ({"alert_shares": [50, "80"]}, "alert_shares.1"),
        ({"alert_shares": 50}, "alert_shares"),
        ({"hard": "yes"}, "hard"),
        ({"limits": 5}, "limits"),
    ],
)
def test_a_refusal_names_the_field_and_makes_nothing(browser, change, attr):
    response = post(browser, {**BODY, **change})
    assert (response.status_code, [one[0] for one in faults(response)]) == (400, [attr])
    assert (Budget.objects.count(), BudgetPeriod.objects.count()) == (0, 0)
    assert AuditEntry.objects.filter(action="budget.create").count() == 0


def test_a_change_needs_a_reason_and_is_told_with_it(browser, access):
    budget = budget_of(access)
    draft(access)
    refused = patch(browser, budget.uid, {"limit": 2})
    assert refused.status_code == 400
    assert faults(refused) == [("reason", "Say why, for the history of this budget.")]
    assert books(budget)[0][1] == 1_000_000
    changed = patch(browser, budget.uid, {"limit": 0.05, "reason": "Less to do"})
    told = changed.json()
    assert (changed.status_code, told["limit"], told["left"]) == (200, 0.05, -0.05)
    assert [one["share"] for one in told["alerts"]] == [100, 80, 50]
    [entry] = told["history"]
    assert (entry["action"], entry["by"], entry["reason"]) == ("budget.change", "ann", "Less to do")
    assert (entry["before"]["limit"], entry["after"]["limit"]) == (1.0, 0.05)


def test_a_preview_tells_what_a_limit_would_have_stopped_today(key, access):
    budget = budget_of(access)
    made = [draft(access) for _ in range(3)]
    answer = key.get(f"/api/budgets/{budget.uid}/preview", {"limit": "0.20"})
    assert answer.json() == {
        "limit": 0.2,
        "used": 0.3,
        "left": -0.1,
        "going_on": 0.3,
        "stops_new_work": True,
        "blocked_today": 1,
        "blocked_today_amount": 0.1,
        "blocked_jobs": [made[2].uid],
    }
    missing = key.get(f"/api/budgets/{budget.uid}/preview")
    assert (missing.status_code, [one[0] for one in faults(missing)]) == (400, ["limit"])
    assert books(budget) == [("2020-01-01", 1_000_000, 3 * DRAFT, 0)]


def test_a_key_may_read_and_never_raise(key, access):
    budget = budget_of(access)
    for response in (post(key, BODY), patch(key, budget.uid, {"limit": 9, "reason": "x"})):
        assert response.status_code == 403
        assert "An API key may not change budgets. Sign in as a person." in str(response.json())
    assert list(Budget.objects.values_list("limit_micros", flat=True)) == [1_000_000]


def test_a_manager_may_not_change_budgets(access, workspace):
    manager = User.objects.create_user("max", password=None)
    Membership.objects.create(workspace=workspace, user=manager, role=Role.MANAGER)
    client = Client()
    client.force_login(manager)
    budget = budget_of(access)
    assert post(client, BODY).status_code == 403
    assert patch(client, budget.uid, {"limit": 9, "reason": "x"}).status_code == 403
    assert Budget.objects.get().limit_micros == 1_000_000


def test_another_workspaces_budget_and_the_other_modes_do_not_exist(key, browser, access):
    south = Workspace.objects.create(slug="south", name="South")
    hidden = [budget_of(access, workspace_id=south.pk), budget_of(access, mode="live")]
    assert key.get("/api/budgets").json()["results"] == []
    for budget in hidden:
        assert key.get(f"/api/budgets/{budget.uid}").status_code == 404
        assert key.get(f"/api/budgets/{budget.uid}/preview?limit=1").status_code == 404
        assert patch(browser, budget.uid, {"limit": 9, "reason": "x"}).status_code == 404
    assert set(Budget.objects.values_list("limit_micros", flat=True)) == {1_000_000}
