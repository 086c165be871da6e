"""Who is rung for: one message a clip, and the driver where that message can do nothing."""

import pytest

from generation import attempts, jobs, queue, submitting, tasks
from generation.asks import JobAsk
from generation.models import Attempt
from providers.types import Tier

pytestmark = pytest.mark.django_db


@pytest.fixture
def rung(monkeypatch) -> list[tuple[object, ...]]:
    calls: list[tuple[object, ...]] = []
    monkeypatch.setattr(queue, "ring", lambda *told: calls.append(told))
    return calls


def test_a_clip_rings_once(shop, access, rung, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        jobs.create(access, JobAsk(prompt="Waves", tier=Tier.DRAFT))
    assert rung == [("submit_at_once", Attempt.objects.get().pk)]


@pytest.mark.parametrize(("sent", "rings"), [(True, []), (False, [("drive",)])])
def test_what_cannot_be_sent_at_once_is_left_to_the_driver(monkeypatch, rung, sent, rings):
    monkeypatch.setattr(submitting, "submit_at_once", lambda _: sent)
    tasks.submit_at_once(1)
    assert rung == rings


def test_what_a_vendor_has_given_back_is_left_to_the_driver(
    shop, access, rung, django_capture_on_commit_callbacks
):
    jobs.create(access, JobAsk(prompt="Waves", tier=Tier.DRAFT))
    attempt = Attempt.objects.select_related("job").get()
    assert attempts.claim(attempt, owner="w", match_key="m", hook_token="t")
    with django_capture_on_commit_callbacks(execute=True):
        assert attempts.give_back(attempt, delay=1.0, reason="Wait.", counts=True)
    assert rung == [("drive",)]
