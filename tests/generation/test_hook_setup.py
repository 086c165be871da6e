"""Sora's callbacks in test mode, over real HTTP: the sandbox is told our address, and calls it."""

from datetime import timedelta

import pytest
import requests
from django.db.models import F

from generation import chores, durations, hook_setup
from generation.models import Attempt, Heartbeat, ReceivedCallback
from providers.adapters.sora import Sora
from providers.many import ManyTransport
from providers.registry import SANDBOX_CREDENTIALS
from providers.types import Tier

from .committed import committed_fixture  # noqa: F401 - a fixture

DOOR = "/hooks/sora/test"


def registered(sandbox) -> list[dict]:
    """The webhook endpoints of the sandbox's OpenAI project."""
    answer = requests.get(
        sandbox.url("/openai/v1/webhook_endpoints"),
        headers={"Authorization": f"Bearer {SANDBOX_CREDENTIALS['sora']['key']}"},
        timeout=10,
    )
    return answer.json()["data"]


def set_up() -> bool:
    with ManyTransport() as many:
        return hook_setup.set_up(many)


def test_the_address_is_told_once_and_again_where_it_was_forgotten(sandbox, settings):
    settings.PUBLIC_BASE_URL = "http://127.0.0.1:9"
    assert (set_up(), set_up()) == (True, False)
    [one] = registered(sandbox)
    assert one["url"] == f"http://127.0.0.1:9{DOOR}"
    assert one["event_types"] == ["video.completed", "video.failed"]
    sandbox.reset()
    assert (set_up(), len(registered(sandbox))) == (True, 1)


def test_a_sandbox_that_cannot_deliver_to_us_is_let_be(sandbox, settings):
    settings.PUBLIC_BASE_URL = "https://desk.example"
    assert set_up() is False
    assert registered(sandbox) == []


def test_a_sandbox_that_is_away_is_let_be(settings):
    settings.SANDBOX_URL = "http://127.0.0.1:9"
    assert set_up() is False


def test_it_is_one_of_the_chores(db, sandbox, settings):
    settings.PUBLIC_BASE_URL = "http://127.0.0.1:9"
    assert chores.run_if_due() is True
    Heartbeat.objects.all().delete()
    assert chores.run_if_due() is True
    assert len(registered(sandbox)) == 1


@pytest.fixture
def looks(monkeypatch) -> list[str]:
    """The task of every look at Sora; by itself no task is looked at within the hour."""
    seen: list[str] = []
    poll = Sora.poll

    def counted(self, task):
        seen.append(task.task_id)
        return poll(self, task)

    monkeypatch.setattr(Sora, "poll", counted)
    monkeypatch.setattr(durations, "first_look", lambda attempt: 3600.0)
    durations._measured.cache_clear()
    return seen


def test_a_task_ends_by_its_callback_with_a_single_look(
    committed,
    engine,
    live_server,
    settings,
    looks,
):
    settings.PUBLIC_BASE_URL = live_server.url
    assert set_up() is True
    good = [engine.ask(f"A lake, {n}", provider="sora", tier=Tier.MASTER) for n in range(5)]
    bad = engine.ask("A lake [[sandbox: fail=moderation]]", provider="sora", tier=Tier.MASTER)
    engine.drive()
    for job in (*good, bad):
        job.refresh_from_db()
    assert [job.state for job in good] == ["completed"] * 5
    assert engine.attempts(bad)[0] == ("sora", "failed")
    tasks = Attempt.objects.filter(provider="sora").values_list("task_id", flat=True)
    assert sorted(looks) == sorted(tasks)
    assert sorted(ReceivedCallback.objects.values_list("task_id", flat=True)) == sorted(tasks)
    engine.assert_at_rest()
    # All ends were told, so that the next tasks are hardly looked at before their callbacks; it
    # does not matter how late we were to write them down.
    Attempt.objects.update(ended_at=F("ended_at") + timedelta(minutes=5))
    durations._measured.cache_clear()
    offer = Attempt.objects.get(job=good[0]).offer_id
    measured = durations.measured_durations(offer, "test")
    assert measured.silent == pytest.approx(0.1 / 5.1)
    assert max(measured.known) < 300
    ReceivedCallback.objects.update(says_ended=False)
    durations._measured.cache_clear()
    assert durations.measured_durations(offer, "test").silent == 1.0
