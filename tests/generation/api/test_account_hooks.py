"""OpenAI's callbacks: one address for a whole account, and the task in the body says whose."""

import base64
import json
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from generation import clock
from generation.api import hooks
from generation.models import Attempt, Event, Job, LedgerLine, ProviderTask, ReceivedCallback
from providers.models import ProviderAccount
from providers.registry import SANDBOX_CREDENTIALS

from .conftest import only_error
from .test_hooks import assert_nothing_came_of_it, sent, signed

pytestmark = pytest.mark.django_db
TASK = "video_1"
TEST_SECRET = SANDBOX_CREDENTIALS["sora"]["callback_secret"]
LIVE_SECRET = "whsec_" + base64.b64encode(b"of the live account").decode()


@pytest.fixture(autouse=True)
def nobody_has_called():
    cache.clear()


@pytest.fixture
def attempt(caller) -> Attempt:
    """A request at Sora that the vendor has accepted, with its next look far away."""
    return sent(caller, "sora", task_id=TASK, quality="master")


def told(task_id: str = TASK, kind: str = "video.completed") -> bytes:
    return json.dumps({"object": "event", "type": kind, "data": {"id": task_id}}).encode()


def call(body: bytes, *, mode="test", secret=TEST_SECRET, of=None, headers=None, **how):
    """`of` is what the signature is of, the body unless something else is given."""
    if headers is None:
        headers = signed(body if of is None else of, secret=secret, **how)
    return Client(enforce_csrf_checks=True).post(
        f"/hooks/sora/{mode}", body, content_type="application/json", headers=headers
    )


def open_live_door(settings, secret: str = LIVE_SECRET) -> None:
    sora = {"key": "sk-" + "s" * 40, "callback_secret": secret}
    settings.PROVIDER_KEYS = {**settings.PROVIDER_KEYS, "sora": sora}


@pytest.mark.parametrize("kind", ["video.completed", "video.failed"])
def test_a_callback_makes_the_next_look_now(
    attempt, rung, kind, django_capture_on_commit_callbacks
):
    before = LedgerLine.objects.count(), Event.objects.count()
    with django_capture_on_commit_callbacks(execute=True):
        response = call(told(kind=kind))
    assert (response.status_code, response.json()) == (200, {"status": "received"})
    attempt.refresh_from_db()
    assert attempt.next_check_at <= clock.now()
    assert (attempt.state, rung) == ("accepted", ["drive"])
    assert (LedgerLine.objects.count(), Event.objects.count()) == before
    kept = ReceivedCallback.objects.get()
    assert (kept.event_id, kept.task_id, kept.attempt) == ("msg_1", TASK, attempt)
    assert kept.account == attempt.account


def test_the_same_again_is_kept_once(attempt, rung, django_capture_on_commit_callbacks):
    call(told())
    later = clock.now() + timedelta(hours=1)
    Attempt.objects.update(next_check_at=later)
    with django_capture_on_commit_callbacks(execute=True):
        assert call(told()).json() == {"status": "received before"}
    attempt.refresh_from_db()
    assert attempt.next_check_at == later
    assert (rung, ReceivedCallback.objects.count()) == ([], 1)


def test_each_task_has_its_own_attempt(caller, attempt):
    other = sent_beside(caller, attempt)
    assert call(told("video_2"), event="msg_2").status_code == 200
    attempt.refresh_from_db()
    other.refresh_from_db()
    assert attempt.next_check_at > clock.now() >= other.next_check_at
    assert ReceivedCallback.objects.get().attempt == other


def sent_beside(caller, first: Attempt) -> Attempt:
    Attempt.objects.filter(pk=first.pk).update(hook_token_hash="of the first")
    return sent(caller, "sora", task_id="video_2", quality="master")


def test_one_for_an_attempt_that_has_ended(attempt):
    Attempt.objects.update(state="failed")
    Job.objects.update(state="failed", ended_at=timezone.now())
    events = Event.objects.count()
    assert call(told()).status_code == 200
    job = Job.objects.get()
    assert (job.state, job.attention, Event.objects.count()) == ("failed", "", events)
    assert ReceivedCallback.objects.count() == 1


REFUSED = {
    "unsigned": {"headers": {}},
    "a signature of something else": {"of": b"{}"},
    "another vendor's secret": {"secret": SANDBOX_CREDENTIALS["kling"]["callback_secret"]},
    "the live account's secret": {"secret": LIVE_SECRET},
    "too old": {"age": 301.0},
    "of the future": {"age": -310.0},
}


@pytest.mark.parametrize("how", REFUSED.values(), ids=REFUSED)
def test_a_signature_that_does_not_hold(attempt, settings, how):
    open_live_door(settings)
    assert only_error(call(told(), **how))[:2] == (400, "callback_refused")
    assert_nothing_came_of_it(attempt)


def test_nobody_without_the_secret_learns_which_tasks_there_are(attempt):
    known, unknown = (call(told(task), headers={}) for task in (TASK, "video_of_nobody"))
    assert known.status_code == 400
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)


@pytest.mark.parametrize("body", [b"", b"x", b"[]", b"{}", told("../x"), told(kind="batch.failed")])
def test_a_body_that_says_nothing(attempt, body):
    assert only_error(call(body))[:2] == (400, "callback_refused")
    assert_nothing_came_of_it(attempt)


def test_a_task_that_is_not_known_yet_may_come_again(caller, rung):
    attempt = sent(caller, "sora", state="submitting", quality="master")
    assert only_error(call(told()))[:2] == (404, "not_found")
    assert_nothing_came_of_it(attempt)
    assert (rung, ProviderTask.objects.count()) == ([], 0)
    Attempt.objects.update(state="accepted", task_id=TASK, lease_until=None)
    ProviderTask.objects.create(
        account=attempt.account, task_id=TASK, attempt=attempt, learned_from="response"
    )
    assert call(told()).json() == {"status": "received"}


def test_another_vendors_task_of_that_name(caller):
    attempt = sent(caller, "kling", task_id=TASK)
    assert call(told()).status_code == 404
    assert_nothing_came_of_it(attempt)


def test_the_live_door_is_closed_without_a_secret(attempt):
    Attempt.objects.update(mode="live")
    for secret in (LIVE_SECRET, TEST_SECRET):
        assert only_error(call(told(), mode="live", secret=secret))[:2] == (404, "not_found")
    assert_nothing_came_of_it(attempt)


def test_the_live_door_opens_by_the_live_secret_alone(attempt, settings):
    open_live_door(settings)
    live, _ = ProviderAccount.objects.get_or_create(provider="sora", mode="live")
    assert call(told(), mode="live", secret=TEST_SECRET).status_code == 400
    # A rehearsal's task is none of the live account's.
    assert call(told(), mode="live", secret=LIVE_SECRET).status_code == 404
    assert_nothing_came_of_it(attempt)
    Attempt.objects.update(mode="live", account=live)
    ProviderTask.objects.create(
        account=live, task_id="video_live", attempt=attempt, learned_from="response"
    )
    Attempt.objects.update(task_id="video_live")
    assert call(told("video_live"), mode="live", secret=LIVE_SECRET).status_code == 200
    assert ReceivedCallback.objects.get().account == live


@pytest.mark.parametrize("path", ["kling/test", "pika/test", "runway/live", "sora/prod", "x/y"])
def test_there_is_no_other_such_door(attempt, path):
    body = told()
    response = Client().post(
        f"/hooks/{path}",
        body,
        content_type="application/json",
        headers=signed(body, secret=TEST_SECRET),
    )
    assert only_error(response)[:2] == (404, "not_found")
    assert_nothing_came_of_it(attempt)


def test_only_post_is_answered(attempt):
    assert Client().get("/hooks/sora/test").status_code == 405


def test_too_large(attempt):
    assert only_error(call(b"x" * 300_000))[:2] == (413, "too_large")
    assert_nothing_came_of_it(attempt)


def test_too_often_is_refused_before_any_signature_is_looked_at(attempt, monkeypatch):
    monkeypatch.setattr(hooks, "MOST_AN_ACCOUNT", 3)
    answers = [call(told(), headers={}) for _ in range(4)]
    assert [one.status_code for one in answers] == [400, 400, 400, 429]
    assert answers[-1]["Retry-After"] == "60"
    assert_nothing_came_of_it(attempt)
    # Who floods the door shuts it for himself.
    body = told()
    other = Client(REMOTE_ADDR="192.0.2.7").post(
        "/hooks/sora/test",
        body,
        content_type="application/json",
        headers=signed(body, secret=TEST_SECRET),
    )
    assert other.json() == {"status": "received"}
