"""The buttons of a job's page: each does one thing, once, or says why not and does nothing."""

import pytest
from django.test import Client

from accounts.models import AuditEntry, Membership, User
from generation import clock
from generation.models import Budget, Job, LedgerLine
from generation.money.invariants import breaches


def lines() -> list[tuple[str, int, int]]:
    rows = LedgerLine.objects.order_by("id")
    return list(rows.values_list("kind", "held_delta", "spent_delta"))


def test_cancelling_before_sending_ends_the_job_and_returns_the_hold(browser, ask):
    job = ask()
    response = browser.post(f"/jobs/{job.uid}/cancel/", follow=True)
    assert "Job cancelled." in response.content.decode()
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert lines() == [("hold", 100_000, 0), ("release", -100_000, 0)]


def test_cancelling_what_has_ended_says_so(browser, ask, finish):
    job = ask()
    finish(job)
    response = browser.post(f"/jobs/{job.uid}/cancel/")
    assert response.status_code == 409
    assert "This job is completed already; nothing was changed." in response.content.decode()


def test_trying_again_twice_makes_one_job(browser, ask, finish):
    job = ask()
    finish(job)
    first = browser.post(f"/jobs/{job.uid}/again/", {"token": "t"})
    second = browser.post(f"/jobs/{job.uid}/again/", {"token": "t"})
    made = Job.objects.get(made_from=job)
    assert first["Location"] == second["Location"] == f"/jobs/{made.uid}/"
    assert (made.prompt, made.tier) == (job.prompt, "draft")


def test_a_running_job_is_not_repeated(browser, ask):
    job = ask()
    response = browser.post(f"/jobs/{job.uid}/again/", {"token": "t"})
    assert response.status_code == 422
    assert "This job is still running." in response.content.decode()
    assert Job.objects.count() == 1


def test_a_higher_tier_keeps_prompt_and_seed(browser, ask, finish):
    job = ask()
    finish(job)
    browser.post(f"/jobs/{job.uid}/higher/", {"token": "t", "tier": "high"})
    made = Job.objects.get(made_from=job)
    assert (made.tier, made.seed) == ("high", job.attempts.get().seed)
    assert LedgerLine.objects.filter(job=made).get().held_delta == 1_250_000


@pytest.mark.parametrize("tier", ["", "best", "draft"])
def test_no_tier_that_is_not_higher(browser, ask, finish, tier):
    job = ask()
    finish(job)
    answer = browser.post(f"/jobs/{job.uid}/higher/", {"token": "t", "tier": tier})
    assert answer.status_code == 422
    assert Job.objects.count() == 1


def test_a_budget_stops_a_repeat(browser, ask, finish, workspace):
    job = ask()
    finish(job)
    Budget.objects.create(
        workspace=workspace,
        mode="test",
        name="November",
        kind="workspace",
        starts_on=clock.now().date(),
        limit_micros=50_000,
    )
    response = browser.post(f"/jobs/{job.uid}/again/", {"token": "t"})
    assert response.status_code == 402
    assert "The budget “November” has $0.05 left" in response.content.decode()
    assert (Job.objects.count(), len(lines())) == (1, 1)


def test_a_doubtful_job_shows_the_three_ways_with_their_prices(browser, ask, in_doubt):
    job = ask()
    in_doubt(job)
    page = browser.get(f"/jobs/{job.uid}/").content.decode()
    assert "Nobody knows whether this was made" in page
    assert "It was not charged: send again" in page
    assert "It was charged: give up · $0.10" in page
    assert "Try Kling now · holds another $0.15" in page


def test_it_was_charged_books_the_money_and_ends_the_job(browser, ask, in_doubt):
    job = ask()
    attempt = in_doubt(job)
    answer = browser.post(
        f"/jobs/{job.uid}/decide/", {"attempt": attempt.pk, "decision": "charged"}
    )
    assert answer["Location"] == f"/jobs/{job.uid}/"
    job.refresh_from_db()
    assert (job.state, job.attention, job.cost_micros) == ("failed", "paid_not_delivered", 100_000)
    assert lines() == [("hold", 100_000, 0), ("settle", -100_000, 100_000)]
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.subject) == ("job.decide.charged", f"job:{job.uid}")
    assert [str(breach) for breach in breaches()] == []


def test_it_was_not_charged_sends_again(browser, ask, in_doubt):
    job = ask()
    attempt = in_doubt(job)
    browser.post(f"/jobs/{job.uid}/decide/", {"attempt": attempt.pk, "decision": "not_charged"})
    states = list(job.attempts.order_by("seq").values_list("provider", "state"))
    assert states == [("pika", "not_accepted"), ("pika", "planned")]
    assert [kind for kind, _, _ in lines()] == ["hold", "release", "hold"]


def test_another_provider_takes_a_second_hold(browser, ask, in_doubt):
    job = ask()
    attempt = in_doubt(job)
    browser.post(f"/jobs/{job.uid}/decide/", {"attempt": attempt.pk, "decision": "elsewhere"})
    assert lines() == [("hold", 100_000, 0), ("hold", 150_000, 0)]
    job.refresh_from_db()
    assert (job.consent, job.attention) == ("consent of ann", "")


def test_a_decision_counts_once(browser, ask, in_doubt):
    job = ask()
    attempt = in_doubt(job)
    form = {"attempt": attempt.pk, "decision": "charged"}
    browser.post(f"/jobs/{job.uid}/decide/", form)
    second = browser.post(f"/jobs/{job.uid}/decide/", form)
    assert second.status_code == 409
    assert (
        "That was settled already in the meantime. Nothing was changed." in second.content.decode()
    )
    assert (len(lines()), AuditEntry.objects.count()) == (2, 1)


@pytest.mark.parametrize("number", ["", "x", "0", "9" * 30])
def test_a_decision_needs_an_attempt_of_this_job(browser, ask, in_doubt, number):
    job = ask()
    in_doubt(job)
    form = {"attempt": number, "decision": "charged"}
    assert browser.post(f"/jobs/{job.uid}/decide/", form).status_code == 404
    assert len(lines()) == 1


def test_a_creator_may_not_decide(ask, in_doubt, workspace, shop):
    job = ask()
    attempt = in_doubt(job)
    user = User.objects.create_user("cleo", password=None)
    Membership.objects.create(workspace=workspace, user=user, role="creator")
    creator = Client()
    creator.force_login(user)
    assert "Your decision" not in creator.get(f"/jobs/{job.uid}/").content.decode()
    form = {"attempt": attempt.pk, "decision": "charged"}
    assert creator.post(f"/jobs/{job.uid}/decide/", form).status_code == 403
    assert len(lines()) == 1
