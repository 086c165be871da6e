"""Pausing, draining and resuming a provider: out of every route, with who, when and why."""

import pytest

from accounts.models import AuditEntry, Workspace
from generation.asks import Refused
from generation.choices import AttemptState
from generation.routing import NoOffer, RouteAsk, plan_route
from providers.models import Circuit, ProviderAccount
from providers.overview import providers_overview
from providers.types import GenerationMode, Tier
from tests.generation.desk.pressing import press, said

pytestmark = pytest.mark.django_db

ASK = RouteAsk(
    mode="test",
    tier=Tier.DRAFT,
    seconds=5,
    ratio="16:9",
    generation_mode=GenerationMode.TEXT_TO_VIDEO,
)


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


def test_a_reason_is_asked_for_by_the_function_too(root, shop):
    from generation.account_states import change_state
    from providers.models import AccountState

    with pytest.raises(Refused, match="Say why"):
        change_state(pika().pk, state=AccountState.PAUSED, reason="  ", by=root)
    assert pika().state == "active"
