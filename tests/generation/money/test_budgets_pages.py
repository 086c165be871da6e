"""The pages of budgets: meters, forms, previews, history, and who may see and do what."""

import pytest
from django.test import Client

from accounts.models import AuditEntry, Membership, Role, User, Workspace
from generation.models import Budget, BudgetPeriod
from tests.generation.money.budgets_by_hand import DRAFT, books, budget_of, draft, settle

pytestmark = pytest.mark.django_db
FORM = {
    "token": "t",
    "name": "November",
    "kind": "workspace",
    "limit": "250",
    "hard": "hard",
    "shares": "50, 80, 100",
    "period": "monthly",
    "reason": "The client signed",
}


def test_the_list_shows_what_is_left_and_how_it_will_end(browser, access, clock_at):
    budget = budget_of(access, period="monthly", limit_micros=400_000)
    settle(draft(access), micros=DRAFT)
    draft(access)
    page = browser.get("/budgets/").content.decode()
    assert "$0.10 spent, $0.10 held, $0.20 left of $0.40" in page
    assert '<rect class="meter-spent" width="25.00%"' in page
    assert '<rect class="meter-held" fill="url(#hatch)" x="25.00%" width="25.00%"' in page
    # 22.5 of 30 days are over: 0.10 + 0.10 + 0.10 / 22.5 × 7.5
    assert "$0.23 forecast" in page
    assert "November 2026" in page
    assert "Quarter</a> came to 50 % of $0.40" in page
    assert f"/budgets/{budget.uid}/" in page
    assert "style=" not in page.split('id="main"')[1]


def test_over_a_soft_limit_the_bar_runs_on_past_the_tick(browser, access, clock_at):
    budget_of(access, hard=False, limit_micros=DRAFT)
    settle(draft(access), micros=4 * DRAFT)
    page = browser.get("/budgets/").content.decode()
    assert 'class="meter meter-over"' in page
    assert 'x1="25.00%" x2="25.00%"' in page
    assert "$0.30 over of $0.10" in page
    assert "Over</span>" in page


def test_the_list_is_filtered_by_its_address_and_paged(browser, access):
    for number in range(31):
        budget_of(access, name=f"Number {number}")
    budget_of(access, name="Runway", kind="provider", provider="runway")
    budget_of(access, name="Bygone", active=False)
    first = browser.get("/budgets/").content.decode()
    assert first.count('class="budget-row') == 30
    assert "Bygone" not in first
    only = browser.get("/budgets/?kind=provider&target=runway").content.decode()
    assert only.count('class="budget-row') == 1
    assert browser.get("/budgets/?state=off").content.decode().count('class="budget-row') == 1
    before = Budget.objects.order_by("-pk")[30].uid
    rest = browser.get(f"/budgets/?before={before}").content.decode()
    assert rest.count('class="budget-row') == 2


def test_the_list_takes_a_constant_number_of_queries(
    browser, access, django_assert_max_num_queries
):
    for number in range(12):
        budget_of(access, name=f"Number {number}", period="monthly")
    draft(access)
    with django_assert_max_num_queries(9):
        browser.get("/budgets/")


def test_a_budget_is_made_once_however_often_the_button_is_pressed(browser):
    answers = [browser.post("/budgets/new/", FORM) for _ in range(2)]
    budget = Budget.objects.get()
    assert [answer.url for answer in answers] == [f"/budgets/{budget.uid}/"] * 2
    assert (budget.name, budget.limit_micros, budget.period) == ("November", 250_000_000, "monthly")
    page = browser.get(f"/budgets/{budget.uid}/").content.decode()
    assert "Made with a limit of $250.00" in page
    assert "The client signed" in page


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": " "}, "Give it a name of 1 to 120 characters."),
        ({"limit": "lots"}, "Write an amount in dollars, such as 250 or 99.50."),
        ({"limit": "-1"}, "Write an amount in dollars, such as 250 or 99.50."),
        ({"shares": "half"}, "Write percentages with commas between them"),
        ({"shares": "0"}, "whole percentages from 1 to 1000"),
        ({"kind": "provider"}, "Choose one of runway, sora, kling, pika."),
        ({"kind": "centre", "centre": "cc_x"}, "Send the id of a client, campaign or batch."),
        ({"period": "custom"}, "Write a day such as 2026-11-30."),
        ({"kind": "moon"}, "Choose what the budget limits."),
    ],
)
def test_a_refusal_stands_at_its_field_and_nothing_is_made(browser, change, words):
    response = browser.post("/budgets/new/", {**FORM, **change})
    assert response.status_code == 422
    page = response.content.decode()
    assert words in page
    assert "The client signed</textarea>" in page
    assert (Budget.objects.count(), BudgetPeriod.objects.count()) == (0, 0)
    assert not AuditEntry.objects.filter(action__startswith="budget").exists()


def test_a_change_needs_a_reason_and_stands_in_the_history(browser, access):
    budget = budget_of(access)
    draft(access)
    sent = {"name": "Quarter", "limit": "0.05", "hard": "soft", "shares": "90", "active": "on"}
    refused = browser.post(f"/budgets/{budget.uid}/change/", sent)
    assert refused.status_code == 422
    assert "Say why, for the history of this budget." in refused.content.decode()
    assert [row[1] for row in books(budget)] == [1_000_000]
    browser.post(f"/budgets/{budget.uid}/change/", {**sent, "reason": "Less to do"})
    assert books(budget) == [("2020-01-01", 50_000, DRAFT, 0)]
    page = browser.get(f"/budgets/{budget.uid}/").content.decode()
    assert "Limit $1.00 → $0.05; Over the limit refuse → go on; Told at 50 % 80 % 100 % → 90 %" in (
        page
    )
    assert "Less to do" in page


def test_a_preview_says_what_would_have_been_stopped_and_changes_nothing(browser, access):
    budget = budget_of(access)
    for _ in range(3):
        draft(access)
    address = f"/budgets/{budget.uid}/preview/"
    part = browser.get(address, {"limit": "0.25", "hard": "hard"}, headers={"HX-Request": "true"})
    page = part.content.decode()
    assert "1 of today’s clips, $0.10, would have been refused" in page
    assert "New work would be refused at once: $0.30 are used already." in page
    assert "<html" not in page
    assert "<html" in browser.get(address, {"limit": "0.25", "hard": "hard"}).content.decode()
    fits = browser.get(address, {"limit": "1", "hard": "hard"}).content.decode()
    assert "None of today’s clips." in fits
    assert [row[1:] for row in books(budget)] == [(1_000_000, 3 * DRAFT, 0)]


def test_only_owners_change_and_a_viewer_reads(access, workspace, shop):
    budget = budget_of(access)
    viewer = User.objects.create_user("vic", password=None)
    Membership.objects.create(workspace=workspace, user=viewer, role=Role.MANAGER)
    client = Client()
    client.force_login(viewer)
    page = client.get(f"/budgets/{budget.uid}/")
    assert page.status_code == 200
    assert "Save the change" not in page.content.decode()
    assert "New budget" not in client.get("/budgets/").content.decode()
    assert client.get("/budgets/new/").status_code == 403
    assert client.post("/budgets/new/", FORM).status_code == 403
    assert client.post(f"/budgets/{budget.uid}/change/", {"limit": "9"}).status_code == 403
    assert Budget.objects.get().limit_micros == 1_000_000


def test_another_workspaces_budget_and_the_other_modes_do_not_exist(browser, access):
    south = Workspace.objects.create(slug="south", name="South")
    foreign = budget_of(access, workspace_id=south.pk, name="Southern")
    live = budget_of(access, mode="live", name="Living")
    for budget in (foreign, live):
        for path in ("", "preview/"):
            assert browser.get(f"/budgets/{budget.uid}/{path}").status_code == 404
        sent = {**FORM, "reason": "x"}
        assert browser.post(f"/budgets/{budget.uid}/change/", sent).status_code == 404
    page = browser.get("/budgets/?state=all").content.decode()
    assert "Southern" not in page and "Living" not in page
    assert set(Budget.objects.values_list("limit_micros", flat=True)) == {1_000_000}
