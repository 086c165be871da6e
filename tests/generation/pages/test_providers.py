"""The providers' page: accounts in words, deeds with a reason, tiers in a new order."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry, User
from generation import clock
from generation.models import Attempt
from providers import catalogue, health
from providers.models import ModelLimit, ProviderAccount, TierPolicy


@pytest.fixture
def steward(owner: User) -> User:
    owner.is_staff = owner.is_superuser = True
    owner.save()
    return owner


def card(response, provider: str):
    return next(one for one in response.context["cards"] if one.provider == provider)


def state_of(provider: str) -> tuple[str, str]:
    row = ProviderAccount.objects.get(provider=provider, mode="test")
    return row.state, row.state_reason


def test_every_provider_stands_there_with_its_prices_and_no_secret(browser):
    page = browser.get("/providers/")
    assert [one.provider for one in page.context["cards"]] == ["runway", "sora", "kling", "pika"]
    pika = card(page, "pika")
    assert (pika.label.word, pika.why_not, pika.busy, pika.places) == ("Takes work", "", 0, 20)
    assert [(one.micros_per_second, one.tries) for one in pika.offers] == [(20_000, 0)]
    assert "5a5a5a" not in page.content.decode()


def test_a_shut_circuit_is_told_with_its_time_and_reason(browser):
    account = ProviderAccount.objects.get(provider="runway", mode="test")
    began = clock.now()
    health.note_failure(account.pk, "auth", "Key refused by Runway", now=began)
    runway = card(browser.get("/providers/"), "runway")
    assert (runway.label.word, runway.why_not) == ("Not asked", "Key refused by Runway")
    assert runway.since == began
    health.ask_again(account.pk)
    assert health.claim_trial(account.pk)
    health.note_good(account.pk)
    runway = card(browser.get("/providers/"), "runway")
    assert (runway.label.word, runway.since) == ("Takes work", None)


def test_waits_and_shares_come_from_what_was_made(browser, ask, finish):
    begun = clock.now()
    for number, seconds in enumerate((10, 12, 90)):
        job = ask(f"clip {number}")
        finish(job)
        job.attempts.update(submit_started_at=begun, ended_at=begun + timedelta(seconds=seconds))
    refused = ask("refused")
    refused.attempts.update(
        state="rejected", failure_class="moderation", submit_started_at=begun, ended_at=begun
    )
    [offer] = card(browser.get("/providers/"), "pika").offers
    told = (offer.half, offer.most, offer.tries, offer.succeeded, offer.refused)
    assert told == ("12\u00a0s", "90\u00a0s", 4, "75\u00a0%", "25\u00a0%")


def test_the_page_asks_the_same_number_of_questions_whatever_has_happened(browser, ask, finish):
    with CaptureQueriesContext(
        connection,
    ) as before:
        browser.get("/providers/")
    for number in range(4):
        finish(ask(f"clip {number}"))
    with CaptureQueriesContext(connection) as after:
        browser.get("/providers/")
    assert len(after) <= len(before) <= 14


def test_a_superuser_pauses_and_resumes_with_a_reason(browser, steward):
    sent = browser.post("/providers/kling/state/", {"deed": "pause", "reason": "Key leaked"})
    assert sent.status_code == 302
    assert state_of("kling") == ("paused", "Key leaked")
    assert "Key leaked" in card(browser.get("/providers/"), "kling").why_not
    browser.post("/providers/kling/state/", {"deed": "resume", "reason": "New key"})
    assert state_of("kling") == ("active", "New key")
    deeds = AuditEntry.objects.order_by("pk").values_list("action", "reason")
    assert list(deeds) == [("provider.pause", "Key leaked"), ("provider.resume", "New key")]


@pytest.mark.parametrize(
    "sent", [{"deed": "pause", "reason": " "}, {"deed": "stop", "reason": "Because"}]
)
def test_a_deed_without_a_reason_or_name_changes_nothing(browser, steward, sent):
    answer = browser.post("/providers/kling/state/", sent)
    assert answer.status_code == 422
    assert state_of("kling") == ("active", "")
    assert AuditEntry.objects.count() == 0


def test_others_see_the_page_and_may_steer_nothing(browser, viewer):
    for client in (browser, viewer):
        page = client.get("/providers/").content.decode()
        assert "Test Runway" not in page
        assert "Use this order" not in page
        for path in ("kling/state/", "kling/test/", "tiers/draft/"):
            sent = {"deed": "pause", "order": "kling", "reason": "Because"}
            assert client.post(f"/providers/{path}", sent).status_code == 403
    assert state_of("kling") == ("active", "")
    assert AuditEntry.objects.count() == 0


def test_a_free_call_tells_whether_the_key_is_good(browser, steward, sandbox, access):
    account = ProviderAccount.objects.get(provider="kling", mode="test")
    health.note_failure(account.pk, "auth", "Key refused", now=clock.now())
    page = browser.post("/providers/kling/test/", follow=True)
    assert "Kling answered: key and service are good. It cost nothing." in page.content.decode()
    account.refresh_from_db()
    assert account.circuit == "closed"
    assert Attempt.objects.count() == 0


def test_a_new_order_holds_for_new_clips_and_outlives_the_catalogue(browser, steward, ask):
    sent = {"order": "kling, pika", "reason": "Pika is slow"}
    assert browser.post("/providers/tiers/draft/", sent).status_code == 302
    call_command("load_catalogue", verbosity=0)
    catalogue.forget()
    assert TierPolicy.objects.get(catalogue="2025-seed", tier="draft").order == ["kling", "pika"]
    assert ask("a clip").attempts.get().provider == "kling"
    entry = AuditEntry.objects.get(action="tier.order")
    assert entry.before == {"order": ["pika", "kling", "runway"]}
    assert (entry.after, entry.reason) == ({"order": ["kling", "pika"]}, "Pika is slow")


@pytest.mark.parametrize(
    ("order", "reason", "said"),
    [
        ("", "Because", "Name at least one provider."),
        ("kling, luma", "Because", "“luma” names no offer of the catalogue."),
        ("kling", "", "Say why"),
        ("pika, kling, runway", "Because", "That is the order already."),
    ],
)
def test_an_order_that_cannot_be_changes_nothing(browser, steward, order, reason, said):
    page = browser.post("/providers/tiers/draft/", {"order": order, "reason": reason})
    assert page.status_code == 422
    assert said in page.content.decode()
    policy = TierPolicy.objects.get(catalogue="2025-seed", tier="draft")
    assert (policy.order, policy.order_by_hand) == (["pika", "kling", "runway"], False)
    assert AuditEntry.objects.count() == 0


def test_what_does_not_exist_is_not_found(browser, steward):
    assert browser.post("/providers/luma/state/", {"deed": "pause"}).status_code == 404
    assert browser.post("/providers/tiers/best/", {"order": "pika"}).status_code == 404


def set_slots(browser, **sent):
    return browser.post("/providers/pika/slots/", {"reason": "A new contract", **sent})


def test_stewards_set_the_slots_of_an_account_and_of_a_model(browser, steward):
    model = "fal-ai/pika/v2.2"
    assert set_slots(browser, slots="40").status_code == 302
    assert set_slots(browser, slots="5", model=model).status_code == 302
    pika = card(browser.get("/providers/"), "pika")
    assert (pika.places, [one.slots for one in pika.offers]) == (40, [5])
    call_command("load_catalogue", verbosity=0)
    limit = ModelLimit.objects.get(model=model, account__mode="test")
    assert (limit.slots, limit.slots_by_hand) == (5, True)
    assert set_slots(browser, slots="", model=model).status_code == 302
    limit.refresh_from_db()
    assert limit.slots is None
    entry = AuditEntry.objects.order_by("pk")[1]
    assert (entry.action, entry.reason) == ("provider.slots", "A new contract")
    assert entry.after == {"what": model, "slots": 5}


@pytest.mark.parametrize(
    "sent",
    [
        {"slots": "0"},
        {"slots": ""},
        {"slots": "many"},
        {"slots": "5", "model": "gen4.5"},
        {"slots": "5", "reason": " "},
    ],
)
def test_a_wrong_number_of_slots_changes_nothing(browser, steward, sent):
    assert set_slots(browser, **sent).status_code == 422
    assert ProviderAccount.objects.get(provider="pika", mode="test").max_concurrent == 20
    assert not ModelLimit.objects.filter(account__mode="test").exists()
    assert not AuditEntry.objects.exists()


def test_only_stewards_set_slots(browser):
    assert set_slots(browser, slots="40").status_code == 403
    assert ProviderAccount.objects.get(provider="pika", mode="test").max_concurrent == 20
