"""What operators may do: never without a reason, by the functions of every other door, audited."""

import re

import pytest

from accounts.models import AuditEntry
from generation import attempts
from generation.choices import AttemptState
from generation.desk.registers import list_url
from generation.models import BudgetPeriod, Job, LedgerLine
from generation.money import budget_terms
from generation.money.budget_terms import BudgetAsk
from providers.models import Offer, PriceRow
from tests.generation.desk.conftest import staff_of
from tests.generation.desk.pressing import press, said

pytestmark = pytest.mark.django_db


def test_cancelling_asks_why_first(desk, job):
    page = press(desk, "generation_job", "cancel", job)
    assert job.uid in page.content.decode()
    job.refresh_from_db()
    assert job.state == "queued"
    refused = press(desk, "generation_job", "cancel", job, reason=" ")
    assert refused.status_code == 422
    assert "Say why. Nothing was changed." in refused.content.decode()
    job.refresh_from_db()
    assert (job.state, AuditEntry.objects.count()) == ("queued", 0)


def test_cancelling_gives_back_what_is_held_and_is_audited(desk, job, root):
    answer = press(desk, "generation_job", "cancel", job, reason="asked by the client")
    assert said(answer) == f"{job.uid}: Job cancelled."
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert sum(line.held_delta for line in LedgerLine.objects.filter(job=job)) == 0
    [entry] = AuditEntry.objects.all()
    assert (entry.action, entry.subject) == ("job.cancel", f"job:{job.uid}")
    assert (entry.reason, entry.user_id) == ("asked by the client", root.pk)


def test_asking_again_names_its_price_and_is_done_once(desk, job):
    press(desk, "generation_job", "cancel", job, reason="x")
    page = press(desk, "generation_job", "again", job).content.decode()
    assert "Ask again · $0.10" in page
    [token] = re.findall(r'name="token" value="([^"]+)"', page)
    data = {"action": "again", "_selected_action": job.pk, "index": 0}
    for _ in range(2):
        desk.post(list_url("generation_job"), {**data, "token": token, "reason": "lost file"})
    made = Job.objects.get(made_from=job)
    assert Job.objects.count() == 3
    [entry] = AuditEntry.objects.filter(action="job.retry")
    assert entry.after == {"made": made.uid}


def test_a_running_job_is_not_asked_for_again(desk, job):
    answer = press(desk, "generation_job", "again", job, reason="x")
    assert "still running" in said(answer)
    assert Job.objects.count() == 2
    assert not AuditEntry.objects.exists()


def test_a_manager_may_and_another_workspaces_staff_finds_nothing(manager, stranger, job):
    press(stranger, "generation_job", "cancel", job, reason="x")
    job.refresh_from_db()
    assert job.state == "queued"
    press(manager, "generation_job", "cancel", job, reason="x")
    job.refresh_from_db()
    assert job.state == "cancelled"


@pytest.fixture
def doubtful(job):
    attempt = job.attempts.get()
    claimed = attempts.claim(attempt, owner="w", match_key="k", hook_token="t" * 20)
    assert claimed
    assert attempts.doubt(attempt, reason="no answer")
    attempt.refresh_from_db()
    return attempt


def test_settling_shows_both_amounts(desk, doubtful):
    page = press(desk, "generation_attempt", "settle", doubtful).content.decode()
    assert "$0.10 is given back, $0.00 is spent" in page
    assert "Charged: $0.10 or the bill&#x27;s amount is spent" in page


def test_settling_as_charged_books_the_bills_amount(desk, doubtful):
    told = {"outcome": "charged", "amount": "0.08", "task_id": "task-9", "reason": "on the bill"}
    answer = press(desk, "generation_attempt", "settle", doubtful, **told)
    assert "$0.08 is booked as spent." in said(answer)
    doubtful.refresh_from_db()
    assert doubtful.state == AttemptState.LOST_BILLED
    [settled] = LedgerLine.objects.filter(attempt=doubtful, kind="settle")
    assert (settled.spent_delta, settled.task_id) == (80_000, "task-9")
    entry = AuditEntry.objects.get(action="job.decide.charged")
    assert (entry.reason, entry.after) == ("on the bill", {"micros": 80_000})


def test_settling_as_not_charged_gives_it_back(desk, doubtful):
    told = {"outcome": "not_charged", "reason": "not on the bill"}
    answer = press(desk, "generation_attempt", "settle", doubtful, **told)
    assert "$0.10 is given back." in said(answer)
    doubtful.refresh_from_db()
    assert doubtful.state == AttemptState.NOT_ACCEPTED
    assert AuditEntry.objects.get().action == "job.decide.not_charged"


@pytest.mark.parametrize(
    "told",
    [
        {"outcome": "not_charged", "amount": "0.08"},
        {"outcome": "charged", "amount": "-1"},
        {"outcome": "perhaps"},
        {"outcome": "charged", "reason": ""},
    ],
)
def test_settling_refuses_what_cannot_be_and_writes_nothing(desk, doubtful, told):
    lines = LedgerLine.objects.count()
    press(desk, "generation_attempt", "settle", doubtful, **{"reason": "x", **told})
    doubtful.refresh_from_db()
    assert doubtful.state == AttemptState.UNKNOWN
    assert (LedgerLine.objects.count(), AuditEntry.objects.count()) == (lines, 0)


def test_a_settled_attempt_is_not_settled_again(desk, doubtful):
    told = {"outcome": "charged", "reason": "x"}
    press(desk, "generation_attempt", "settle", doubtful, **told)
    answer = press(desk, "generation_attempt", "settle", doubtful, **told)
    assert "settled already" in said(answer)
    assert LedgerLine.objects.filter(attempt=doubtful, kind="settle").count() == 1


@pytest.fixture
def budget(shop, access):
    ask = BudgetAsk(name="All", kind="workspace", limit_micros=5_000_000, reason="start")
    return budget_terms.create(access, ask)


def test_a_budget_changes_by_its_function_with_a_reason(desk, budget):
    answer = press(
        desk, "generation_budget", "change", budget, limit="12.50", hard="no", reason="new client"
    )
    assert "now $12.50, soft, in force." in said(answer)
    period = BudgetPeriod.objects.get(budget=budget)
    assert (period.limit_micros, period.hard) == (12_500_000, False)
    entry = AuditEntry.objects.get(action="budget.change")
    assert entry.before["limit_micros"] == 5_000_000
    assert entry.after["limit_micros"] == 12_500_000


def test_a_manager_may_not_change_a_budget(manager, budget):
    answer = press(manager, "generation_budget", "change", budget, limit="1", reason="x")
    assert "may not change budgets" in said(answer)
    budget.refresh_from_db()
    assert budget.limit_micros == 5_000_000


def test_prices_and_lifecycles_have_a_history(desk, shop, workspace, root):
    from accounts.models import Membership, Role
    from providers.catalogue_loading import load_folder

    Membership.objects.create(workspace=workspace, user=root, role=Role.OWNER)
    offer = Offer.objects.get(catalogue="2025-seed", provider="pika")
    rows = PriceRow.objects.count()
    told = {"price": "0.03", "valid_from": "2099-12-01", "reason": "letter of 20 November"}
    answer = press(desk, "providers_offer", "propose", offer, **told)
    assert "$0.03/second from 2099-12-01 on" in said(answer)
    assert PriceRow.objects.count() == rows + 1
    press(desk, "providers_offer", "lifecycle", offer, lifecycle="deprecated", reason="ends soon")
    load_folder()
    offer.refresh_from_db()
    assert offer.lifecycle == "deprecated"
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert actions == {"price.propose", "offer.lifecycle"}


def test_two_persons_where_the_settings_ask_for_two(desk, shop, workspace, root, settings):
    from accounts.models import Membership, Role
    from providers.models import PriceProposal

    settings.PRICES_NEED_TWO_PERSONS = True
    Membership.objects.create(workspace=workspace, user=root, role=Role.OWNER)
    offer = Offer.objects.get(catalogue="2025-seed", provider="pika")
    told = {"price": "0.03", "valid_from": "2099-12-01", "reason": "letter"}
    press(desk, "providers_offer", "propose", offer, **told)
    proposal = PriceProposal.objects.get()
    mine = press(desk, "providers_priceproposal", "approve", proposal, reason="mine")
    assert "Ask somebody else" in said(mine)
    second = staff_of(workspace, role=Role.OWNER, name="olga")
    press(second, "providers_priceproposal", "approve", proposal, reason="checked")
    proposal.refresh_from_db()
    assert proposal.state == "approved"
    assert AuditEntry.objects.get(action="price.approve").reason == "checked"


def test_too_many_rows_at_a_time_are_refused(desk, job, monkeypatch):
    monkeypatch.setattr("generation.desk.reasons.MOST_ROWS", 1)
    from dataclasses import replace

    from generation.desk import work

    monkeypatch.setattr(work, "CANCEL", replace(work.CANCEL, most=1))
    answer = press(desk, "generation_job", "cancel", *Job.objects.all())
    assert answer.status_code == 302
    assert not Job.objects.filter(state="cancelled").exists()
