"""What /metrics reads from the database: exact values from real rows."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError

from generation import clock, pausing
from generation.models import Asset, Attempt, Heartbeat, Job, MoneyCheck, Notice
from generation.money.invariants import INVARIANTS
from providers.models import Circuit, ModelLimit, ProviderAccount
from tests.generation.lanes.conftest import ann, bob, many, one, room_of, shop  # noqa: F401
from tests.project.scraped import of, scraped

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


@pytest.fixture(autouse=True)
def stopped(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


def put(attempt: Attempt, state: str, **changes) -> None:
    """Set an attempt where no engine is at hand to bring it there."""
    if state != "planned":
        changes = {"submit_started_at": ago(10), "match_key": attempt.client_ref, **changes}
    Attempt.objects.filter(pk=attempt.pk).update(state=state, **changes)


def attempt_of(job: Job) -> Attempt:
    return job.attempts.get()


def test_open_jobs_are_counted_by_state(client, ann, bob):  # noqa: F811
    many(ann, 3)
    Job.objects.filter(pk=one(bob).pk).update(state="processing")
    Job.objects.filter(pk=one(bob).pk).update(state="failed", ended_at=ago(5))
    assert of(scraped(client), "aivideo_jobs_open") == {
        ("live", "processing"): 0,
        ("live", "queued"): 0,
        ("test", "processing"): 1,
        ("test", "queued"): 3,
    }


def test_attempts_by_provider_and_state(client, ann):  # noqa: F811
    first, second, third, over = (attempt_of(one(ann, provider="kling")) for _ in range(4))
    put(first, "accepted")
    put(second, "accepted")
    put(third, "unknown")
    put(over, "succeeded")
    one(ann, provider="pika")
    assert of(scraped(client), "aivideo_attempts") == {
        ("test", "kling", "accepted"): 2,
        ("test", "kling", "unknown"): 1,
        ("test", "pika", "planned"): 1,
    }


def test_the_oldest_unknown_and_what_is_overdue(client, ann):  # noqa: F811
    jobs = [one(ann) for _ in range(5)]
    attempts = [attempt_of(job) for job in jobs]
    put(attempts[0], "unknown", submit_started_at=ago(700), next_check_at=ago(-30))
    put(attempts[1], "unknown", submit_started_at=ago(90), next_check_at=ago(4))
    put(attempts[2], "accepted", next_check_at=ago(2.5))
    put(attempts[3], "accepted", next_check_at=ago(-60))
    put(attempts[4], "planned", next_check_at=ago(11))
    figures = scraped(client)
    assert figures[("aivideo_unknown_oldest_age_seconds",)] == 700
    assert of(figures, "aivideo_attempts_overdue_seconds") == {
        ("find",): 4,
        ("look",): 2.5,
        ("send",): 11,
    }


def test_what_waits_for_a_person_is_not_overdue(client, ann, bob):  # noqa: F811
    held = attempt_of(one(ann))
    put(held, "planned", next_check_at=ago(900), lane=f"9{held.lane[1:]}")
    put(attempt_of(one(bob)), "planned", next_check_at=ago(800))
    pausing.pause_queue(bob, reason="a word with the client")
    figures = scraped(client)
    assert of(figures, "aivideo_attempts_overdue_seconds") == {
        ("find",): 0,
        ("look",): 0,
        ("send",): 0,
    }
    assert figures[("aivideo_unknown_oldest_age_seconds",)] == 0


def test_slots_of_accounts_and_of_models_with_a_number_of_their_own(client, ann):  # noqa: F811
    ProviderAccount.objects.exclude(provider="kling", mode="test").delete()
    account = ProviderAccount.objects.get()
    ModelLimit.objects.all().delete()
    first, second = attempt_of(one(ann, provider="kling")), attempt_of(one(ann, provider="kling"))
    put(first, "accepted")
    put(second, "submitting", lease_until=ago(-90))
    ModelLimit.objects.create(account=account, model=first.model, slots=4)
    ModelLimit.objects.create(account=account, model="idle", slots=2)
    ModelLimit.objects.create(account=account, model="by-account-alone", slots=None)
    ProviderAccount.objects.update(max_concurrent=9)
    figures = scraped(client)
    name = ("kling", "test")
    assert {
        (p, m): n for (m, model, p), n in of(figures, "aivideo_slots").items() if not model
    } == {name: 9}
    assert of(figures, "aivideo_slots_in_use") == {
        ("test", "", "kling"): 2,
        ("test", first.model, "kling"): 2,
        ("test", "idle", "kling"): 0,
    }
    assert of(figures, "aivideo_slots")[("test", first.model, "kling")] == 4


def test_an_open_circuit_says_since_when(client):
    kling = ProviderAccount.objects.filter(provider="kling", mode="test")
    kling.update(circuit=Circuit.OPEN, circuit_since=ago(650), circuit_until=ago(-60))
    told = of(scraped(client), "aivideo_circuit_open_seconds")
    assert told.pop(("test", "kling")) == 650
    assert len(told) == 7 and set(told.values()) == {0}


def test_books_and_signs_of_life(client):
    found = {invariant.name: 0 for invariant in INVARIANTS}
    MoneyCheck.objects.create(at=ago(1200), took_ms=3, found={**found, "A1": 7})
    MoneyCheck.objects.create(at=ago(400), took_ms=3, found={**found, "A3": 2})
    Heartbeat.objects.create(name="worker", at=ago(2))
    Heartbeat.objects.create(name="scheduler", at=ago(31))
    Heartbeat.objects.create(name="chores", at=ago(500))
    figures = scraped(client)
    breaches = of(figures, "aivideo_books_breaches")
    assert breaches == {**{(name,): 0 for name in found}, ("A3",): 2}
    assert figures[("aivideo_books_checked_age_seconds",)] == 400
    assert of(figures, "aivideo_beat_age_seconds") == {("worker",): 2, ("scheduler",): 31}


def test_before_the_first_check_nothing_is_said_of_the_books(client):
    figures = scraped(client)
    assert not of(figures, "aivideo_books_breaches")
    assert not of(figures, "aivideo_books_checked_age_seconds")
    assert not of(figures, "aivideo_beat_age_seconds")


def test_files_and_messages_that_wait(client, ann):  # noqa: F811
    job = one(ann)
    common = {"workspace_id": job.workspace_id, "mode": job.mode}
    for due in (ago(45), ago(-20), None):
        Asset.objects.create(**common, kind="picture", state="pending", next_check_at=due)
    Asset.objects.create(**common, kind="picture", state="unavailable", next_check_at=None)
    told = {"kind": "job.completed", "url": "https://client.test/hook", "host": "client.test"}
    for written, due in ((3000, ago(12)), (60, ago(-30)), (9000, None)):
        notice = Notice.objects.create(**common, **told, body="{}", next_try_at=due)
        Notice.objects.filter(pk=notice.pk).update(created_at=ago(written))
    figures = scraped(client)
    assert figures[("aivideo_assets_pending",)] == 3
    assert figures[("aivideo_assets_overdue_seconds",)] == 45
    assert figures[("aivideo_notices_waiting",)] == 2
    assert figures[("aivideo_notices_oldest_age_seconds",)] == 3000
    assert figures[("aivideo_notices_overdue_seconds",)] == 12


def test_eight_statements_however_much_there_is(client, ann, bob, django_assert_num_queries):  # noqa: F811
    with django_assert_num_queries(8):
        client.get("/metrics")
    many(ann, 20)
    put(attempt_of(one(bob)), "accepted")
    with django_assert_num_queries(8):
        client.get("/metrics")


def test_nothing_of_a_client_and_no_secret(client, ann, settings):  # noqa: F811
    secrets = [text for text in settings.SECRETS if len(text) >= 8]
    job = one(ann, prompt="Acme's secret launch", metadata={"order": "order-nobody-may-read"})
    put(attempt_of(job), "accepted", task_id="task-secret-1")
    text = client.get("/metrics").content.decode()
    assert 'aivideo_attempts{mode="test"' in text
    for word in (
        "acme",
        "secret",
        "nobody-may-read",
        job.uid,
        attempt_of(job).client_ref,
        *secrets,
    ):
        assert word.lower() not in text.lower()


def test_without_a_database_the_rest_is_told_all_the_same(client, monkeypatch):
    client.get("/metrics")

    def away(moment):
        raise DatabaseError("connection refused by 10.0.0.9")

    monkeypatch.setattr("aivideo_project.figures.ROOMS", (away,))
    figures = scraped(client)
    assert figures[("aivideo_database_up",)] == 0
    assert of(figures, "aivideo_requests_total")
    assert not of(figures, "aivideo_jobs_open")


def test_with_a_database_it_is_up(client):
    assert scraped(client)[("aivideo_database_up",)] == 1
