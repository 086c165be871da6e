"""The start page: exact figures, twelve queries, and a link from each figure to its rows."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generation import jobs
from generation.asks import JobAsk
from generation.desk import start_figures
from generation.desk.registers import list_url
from generation.desk.start import _seconds
from generation.desk.start_figures import Answered, Realm, failures_of, times_of
from generation.models import Attempt, DailyRollup, Heartbeat, Job, LedgerLine, MoneyCheck
from generation.money import checked, ledger
from generation.money.budget_terms import BudgetAsk, create
from providers.models import ProviderAccount
from providers.types import Tier

pytestmark = pytest.mark.django_db


@pytest.fixture
def spent(job):
    """One of two clips was charged with nine cents; the other one's ten are held."""
    attempt = job.attempts.get()
    now = timezone.now()
    Attempt.objects.filter(pk=attempt.pk).update(
        state="failed",
        submit_started_at=now - timedelta(seconds=30),
        ended_at=now,
        failure_class="moderation",
        reason="Pika refused this prompt.",
    )
    attempt.refresh_from_db()
    ledger.settle(attempt, job, micros=90_000, task_id="", reason="half done")
    Job.objects.filter(pk=job.pk).update(state="failed", ended_at=now)
    return job


def today() -> date:
    return timezone.now().date()


def test_what_a_day_cost_by_provider(desk, spent):
    page = desk.get("/admin/?mode=test")
    day = page.context["days"][-1]
    assert (day.day, day.micros, day.height) == (today(), 90_000, 100)
    assert [(name, micros) for name, micros, _ in day.cells if micros] == [("pika", 90_000)]
    assert page.context["spent"] == 90_000
    url = list_url("generation_ledgerline", day=today(), mode__exact="test", provider="pika")
    assert url.replace("&", "&amp;") in page.content.decode()
    lines = desk.get(url).context["cl"].result_list
    assert sum(line.spent_delta for line in lines) == 90_000


def test_the_other_mode_has_none_of_it(desk, spent):
    page = desk.get("/admin/?mode=live")
    assert page.context["spent"] == 0
    assert {line.figure for line in page.context["jobs"]} == {"0"}


def test_jobs_by_state_now_and_within_a_day(desk, spent):
    page = desk.get("/admin/")
    figures = {line.words: line.figure for line in page.context["jobs"]}
    assert figures == {
        "Queued": "1",
        "Processing": "0",
        "Completed": "0",
        "Failed": "1",
        "Cancelled": "0",
    }


def test_failures_with_their_words_and_their_rows(desk, spent):
    page = desk.get("/admin/")
    [line] = page.context["failures"]
    assert (line.words, line.figure) == ("Pika: moderation", "1")
    assert line.more == "Pika refused this prompt."
    assert [row.job for row in desk.get(line.url).context["cl"].result_list] == [spent]


def test_health_in_words(desk, spent):
    account = ProviderAccount.objects.get(provider="kling", mode="test")
    ProviderAccount.objects.filter(pk=account.pk).update(
        state="paused", state_reason="holiday", state_by="ann", state_at=timezone.now()
    )
    page = desk.get("/admin/")
    health = {one.name: one for one in page.context["health"]}
    assert (health["Pika"].tone, health["Pika"].now) == ("good", "Takes new clips")
    assert health["Pika"].last.startswith("Pika refused this prompt. · ")
    assert health["Kling"].tone == "wait"
    assert health["Kling"].now.startswith("Paused by ann since ")
    assert health["Runway"].last == "No answer within a day"


def test_unknown_outcomes_with_age_and_money(desk, job):
    sent = timezone.now() - timedelta(minutes=5)
    Attempt.objects.filter(job=job).update(state="unknown", submit_started_at=sent)
    page = desk.get("/admin/")
    [line] = page.context["doubts"]["lines"]
    assert (line.words, line.figure) == ("Pika, sent 5 min ago", "$0.10")
    assert desk.get(line.url).status_code == 200


def test_the_engine_is_late_or_never_ran(desk, job):
    Attempt.objects.update(next_check_at=timezone.now() - timedelta(minutes=10))
    Heartbeat.objects.create(name="scheduler", at=timezone.now())
    page = desk.get("/admin/")
    told = {line.words: (line.figure, line.tone) for line in page.context["signs"]}
    assert told["Oldest work that is due"] == ("10 min", "bad")
    assert told["Last sweep"][1] == "good"
    assert told["Worker's sign of life"] == ("Never", "bad")


def test_money_checks(desk, manager, job):
    assert "Not checked yet" in desk.get("/admin/").context["check"]["words"]
    checked.check_books()
    check = desk.get("/admin/").context["check"]
    assert check["tone"] == "good"
    assert re.fullmatch(r"All agree, checked \d+ s ago", check["words"])
    assert [one["name"] for one in check["names"]] == [f"A{n}" for n in range(1, 15)]
    DailyRollup.objects.all().delete()
    Job.objects.filter(pk=job.pk).update(cost_micros=7)
    found = checked.check_books()
    assert found.found["A10"] == 1
    page = desk.get("/admin/").content.decode()
    assert "1 difference, checked" in page
    assert f"A10: {job.uid}" in page
    assert job.uid not in " ".join(manager.get("/admin/").context["check"]["first"])
    MoneyCheck.objects.filter(pk=found.pk).update(at=timezone.now() - timedelta(hours=1))
    MoneyCheck.objects.exclude(pk=found.pk).delete()
    assert desk.get("/admin/").context["check"]["late"]


def test_old_checks_are_forgotten(db):
    old = checked.check_books()
    MoneyCheck.objects.filter(pk=old.pk).update(at=timezone.now() - timedelta(days=31))
    kept = checked.check_books()
    assert list(MoneyCheck.objects.all()) == [kept]


def test_spend_against_budgets_the_fullest_first(desk, shop, access):
    create(access, BudgetAsk(name="Spring", kind="workspace", limit_micros=400_000))
    create(access, BudgetAsk(name="Wide", kind="workspace", limit_micros=90_000_000))
    jobs.create(access, JobAsk(prompt="A kite", tier=Tier.DRAFT))
    budgets = desk.get("/admin/").context["budgets"]
    assert [(one["name"], one["held"], one["held_share"]) for one in budgets] == [
        ("Spring", 100_000, 25),
        ("Wide", 100_000, 0.11),
    ]


def test_other_workspaces_figures_are_not_told(stranger, manager, spent):
    assert manager.get("/admin/").context["spent"] == 90_000
    page = stranger.get("/admin/")
    assert page.status_code == 200
    assert page.context["spent"] == 0
    assert page.context["failures"] == []
    assert spent.uid not in page.content.decode()


@pytest.mark.parametrize("who", ["desk", "manager"])
def test_twelve_queries_however_many_jobs(request, who, spent):
    checked.check_books()
    client = request.getfixturevalue(who)
    with CaptureQueriesContext(connection) as seen:
        assert client.get("/admin/").status_code == 200
    assert len(seen) <= 12


def answered(**told) -> Answered:
    moment = timezone.now()
    plain = {
        "pk": 1,
        "provider": "pika",
        "state": "succeeded",
        "failure_class": "",
        "reason": "",
        "sent_at": moment,
        "ended_at": moment,
        "created_at": moment,
    }
    return Answered(**{**plain, **told})


def test_half_and_nineteen_of_twenty_are_faster():
    moment = timezone.now()
    took = [answered(ended_at=moment + timedelta(seconds=n), sent_at=moment) for n in range(1, 21)]
    times = times_of(took, provider="pika")
    assert (times.half, times.most, times.clips) == (10, 19, 20)
    assert times_of(took, provider="sora") is None


def test_failures_are_grouped_the_most_frequent_first():
    rows = [
        answered(state="failed", failure_class="timeout", reason="new"),
        answered(state="rejected", failure_class="moderation", reason="m"),
        answered(state="failed", failure_class="timeout", reason="old"),
        answered(),
    ]
    assert [(one.failure_class, one.count, one.reason) for one in failures_of(rows)] == [
        ("timeout", 2, "new"),
        ("moderation", 1, "m"),
    ]


def test_the_newest_attempts_only_are_looked_at(job, monkeypatch):
    monkeypatch.setattr(start_figures, "NEWEST", 1)
    realm = Realm(mode="test", rooms=None)
    found = start_figures.newest_attempts(realm, now=timezone.now())
    assert [one.pk for one in found] == [job.attempts.get().pk]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-3, "0 s"), (119, "119 s"), (120, "2 min"), (7200, "2 h"), (2e5, "2 days")],
)
def test_ages(seconds, words):
    assert _seconds(seconds) == words


def test_the_ledger_of_a_day_is_the_days_sum(desk, spent):
    held = list_url("generation_ledgerline", day="today", mode__exact="test", kind__exact="hold")
    rows = desk.get(held).context["cl"].result_list
    assert sum(line.held_delta for line in rows) == 200_000
    assert LedgerLine.objects.count() == 3
