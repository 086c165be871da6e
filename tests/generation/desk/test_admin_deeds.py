"""What operators may do: never without a reason, by the functions of every other door, audited."""

import re

import pytest

from accounts.models import AuditEntry, Workspace
from generation import attempts
from generation.asks import Refused
from generation.choices import AttemptState
from generation.desk.registers import list_url
from generation.models import Attempt, BudgetPeriod, Job, LedgerLine
from generation.money import budget_terms
from generation.money.budget_terms import BudgetAsk
from generation.routing import NoOffer, RouteAsk, plan_route
from providers.models import Circuit, Offer, PriceRow, ProviderAccount
from providers.overview import providers_overview
from providers.types import GenerationMode, Tier
from tests.generation.desk.conftest import staff_of

pytestmark = pytest.mark.django_db

ASK = RouteAsk(
    mode="test",
    tier=Tier.DRAFT,
    seconds=5,
    ratio="16:9",
    generation_mode=GenerationMode.TEXT_TO_VIDEO,
)


def press(client, table, action, *rows, **told):
    """The action's page, and its button where a reason or anything else is told."""
    data = {"action": action, "_selected_action": [row.pk for row in rows], "index": 0}
    page = client.post(list_url(table), data)
    if not told or page.status_code != 200:
        return page
    [token] = re.findall(r'name="token" value="([^"]+)"', page.content.decode())
    return client.post(list_url(table), {**data, "token": token, **told}, follow=True)


def said(answer) -> str:
    return " ".join(str(message) for message in answer.context["messages"])


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
def doubtful(job) -> Attempt:
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


def pika(mode="test") -> ProviderAccount:
    return ProviderAccount.objects.get(provider="pika", mode=mode)


@pytest.mark.parametrize(("deed", "word"), [("pause", "Paused"), ("drain", "Draining")])
def test_a_paused_provider_is_left_out_with_who_when_and_why(desk, shop, workspace, deed, word):
    answer = press(desk, "providers_provideraccount", deed, pika(), reason="bill is disputed")
    assert f"{word.lower()} from now on" in said(answer)
    account = pika()
    assert (account.state_by, account.state_reason) == ("root", "bill is disputed")
    since = f"{account.state_at:%Y-%m-%d %H:%M}"
    words = f"{word} by root since {since} UTC: bill is disputed"
    route = plan_route(ASK)
    assert "pika" not in [leg.provider for leg in route.legs]
    [miss] = [miss for miss in route.left_out if miss.provider == "pika"]
    assert miss.reason == f"Pika is left alone: {words}"
    [facts] = [one for one in providers_overview("test") if one.name == "pika"]
    assert (facts.status, facts.reason) == ("unavailable", words)
    assert pika("live").state == "active"
    entry = AuditEntry.objects.get(workspace=workspace)
    assert (entry.action, entry.mode, entry.reason) == (
        f"provider.{deed}",
        "test",
        "bill is disputed",
    )


def test_all_paused_nothing_can_be_asked_for(desk, shop):
    accounts = ProviderAccount.objects.filter(mode="test")
    press(desk, "providers_provideraccount", "pause", *accounts, reason="holiday")
    with pytest.raises(NoOffer, match="Paused by root"):
        plan_route(ASK)


def test_resuming_brings_it_back_and_each_workspace_is_told(desk, shop, workspace):
    Workspace.objects.create(slug="south", name="South")
    press(desk, "providers_provideraccount", "pause", pika(), reason="a")
    press(desk, "providers_provideraccount", "resume", pika(), reason="b")
    assert plan_route(ASK).legs[0].provider == "pika"
    assert AuditEntry.objects.count() == 4
    again = press(desk, "providers_provideraccount", "resume", pika(), reason="c")
    assert "active already" in said(again)
    assert AuditEntry.objects.count() == 4


def test_a_planned_clip_leaves_a_paused_provider(desk, job):
    from generation import submitting

    attempt = job.attempts.get()
    press(desk, "providers_provideraccount", "pause", attempt.account, reason="a")
    submitting.submit(attempt.pk)
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.CANCELLED
    assert "Paused by root" in attempt.reason


def test_a_clip_that_was_planned_before_still_goes_to_a_draining_provider(desk, job, monkeypatch):
    from generation import submitting

    attempt = job.attempts.get()
    press(desk, "providers_provideraccount", "drain", attempt.account, reason="a")
    sent: list[int] = []
    monkeypatch.setattr(submitting, "_prepared", lambda one, *rest: sent.append(one.pk))
    submitting.submit(attempt.pk)
    assert sent == [attempt.pk]


def test_only_superusers_pause(manager, shop):
    answer = press(manager, "providers_provideraccount", "pause", pika(), reason="x")
    assert "ask a superuser" in said(answer)
    assert (pika().state, AuditEntry.objects.count()) == ("active", 0)


def test_asking_again_makes_the_next_clip_the_trial(desk, shop, workspace):
    ProviderAccount.objects.filter(pk=pika().pk).update(
        circuit=Circuit.OPEN, circuit_until="2099-01-01T00:00Z"
    )
    press(desk, "providers_provideraccount", "ask_again", pika(), reason="the key is new")
    assert pika().circuit_until.year < 2099
    assert AuditEntry.objects.get().action == "provider.ask_again"


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


def test_a_reason_is_asked_for_by_the_function_too(root, shop):
    from generation.account_states import change_state
    from providers.models import AccountState

    with pytest.raises(Refused, match="Say why"):
        change_state(pika().pk, state=AccountState.PAUSED, reason="  ", by=root)
    assert pika().state == "active"


def test_too_many_rows_at_a_time_are_refused(desk, job, monkeypatch):
    monkeypatch.setattr("generation.desk.reasons.MOST_ROWS", 1)
    from dataclasses import replace

    from generation.desk import work

    monkeypatch.setattr(work, "CANCEL", replace(work.CANCEL, most=1))
    answer = press(desk, "generation_job", "cancel", *Job.objects.all())
    assert answer.status_code == 302
    assert not Job.objects.filter(state="cancelled").exists()
