"""Vendors' callbacks: verified, kept once, and nothing but a reason to look now."""

import base64
import hashlib
import hmac
import json
import time
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client
from django.utils import timezone

from generation import callbacks, clock
from generation.attempts import hook_hash
from generation.models import Attempt, Event, Job, LedgerLine, ProviderTask, ReceivedCallback
from providers.registry import SANDBOX_CREDENTIALS

from .conftest import only_error

pytestmark = pytest.mark.django_db
TOKEN = "t" * 43
KEY = Ed25519PrivateKey.generate()


@pytest.fixture
def attempt(caller) -> Attempt:
    """A request at Kling that the vendor has accepted, with its next look far away."""
    return sent(caller, "kling")


def sent(
    caller,
    provider: str,
    *,
    state: str = "accepted",
    task_id: str = "task-1",
    quality: str = "draft",
) -> Attempt:
    ask = {"prompt": "A lake", "provider": provider, "quality": quality}
    uid = caller.post("ai-video/generate", ask).json()["job_id"]
    attempt = Attempt.objects.get(job__uid=uid)
    assert attempt.provider == provider
    Attempt.objects.filter(pk=attempt.pk).update(
        state=state,
        task_id=task_id if state == "accepted" else "",
        submit_started_at=timezone.now(),
        lease_until=timezone.now() if state == "submitting" else None,
        next_check_at=clock.now() + timedelta(hours=1),
        hook_token_hash=hook_hash(TOKEN),
    )
    if state == "accepted":
        ProviderTask.objects.create(
            account=attempt.account, task_id=task_id, attempt=attempt, learned_from="response"
        )
    attempt.refresh_from_db()
    return attempt


def kling_body(attempt: Attempt, *, task_id: str = "task-1", reference: str | None = None) -> bytes:
    reference = attempt.client_ref if reference is None else reference
    return json.dumps(
        {"id": task_id, "status": "succeed", "external_id": reference, "outputs": []}
    ).encode()


def signed(
    body: bytes, *, event: str = "msg_1", secret: str = "", age: float = 0.0
) -> dict[str, str]:
    """The headers of the Standard Webhooks rules, by Kling's secret unless another is given."""
    secret = secret or SANDBOX_CREDENTIALS["kling"]["callback_secret"]
    now = str(int(time.time() - age))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    said = hmac.new(key, f"{event}.{now}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": event,
        "webhook-timestamp": now,
        "webhook-signature": f"v1,{base64.b64encode(said).decode()}",
    }


def fal_headers(body: bytes, *, request_id: str) -> dict[str, str]:
    now = str(int(time.time()))
    text = "\n".join([request_id, "user", now, hashlib.sha256(body).hexdigest()])
    return {
        "x-fal-webhook-request-id": request_id,
        "x-fal-webhook-user-id": "user",
        "x-fal-webhook-timestamp": now,
        "x-fal-webhook-signature": KEY.sign(text.encode()).hex(),
    }


def call(body: bytes, headers=None, *, provider="kling", mode="test", token=TOKEN):
    return Client(enforce_csrf_checks=True).post(
        f"/hooks/{provider}/{mode}/{token}",
        body,
        content_type="application/json",
        headers=headers or {},
    )


def test_a_callback_makes_the_next_look_now(attempt, rung, django_capture_on_commit_callbacks):
    body = kling_body(attempt)
    before = LedgerLine.objects.count()
    with django_capture_on_commit_callbacks(execute=True):
        response = call(body, signed(body))
    assert (response.status_code, response.json()) == (200, {"status": "received"})
    attempt.refresh_from_db()
    assert attempt.next_check_at <= clock.now()
    assert attempt.state == "accepted"
    assert rung == ["drive"]
    assert LedgerLine.objects.count() == before
    kept = ReceivedCallback.objects.get()
    assert (kept.event_id, kept.task_id, kept.attempt) == ("msg_1", "task-1", attempt)


def test_the_same_again_does_nothing(attempt, rung, django_capture_on_commit_callbacks):
    body = kling_body(attempt)
    call(body, signed(body))
    later = clock.now() + timedelta(hours=1)
    Attempt.objects.update(next_check_at=later)
    with django_capture_on_commit_callbacks(execute=True):
        response = call(body, signed(body))
    assert response.json() == {"status": "received before"}
    attempt.refresh_from_db()
    assert attempt.next_check_at == later
    assert (rung, ReceivedCallback.objects.count()) == ([], 1)


@pytest.mark.parametrize("state", ["submitting", "unknown"])
def test_it_ends_the_doubt_about_a_lost_answer(caller, state):
    attempt = sent(caller, "kling", state=state)
    body = kling_body(attempt, task_id="task-9")
    assert call(body, signed(body)).status_code == 200
    attempt.refresh_from_db()
    assert (attempt.state, attempt.task_id) == ("accepted", "task-9")
    task = ProviderTask.objects.get()
    assert (task.task_id, task.learned_from, task.attempt) == ("task-9", "callback", attempt)
    assert attempt.next_check_at <= clock.now()


def test_an_unsigned_one_is_only_a_hint(caller, settings, monkeypatch):
    """Kling in live mode without a webhook secret: anybody could have sent it."""
    attempt = sent(caller, "kling", state="unknown")
    Attempt.objects.filter(pk=attempt.pk).update(mode="live")
    settings.PROVIDER_KEYS = {
        **settings.PROVIDER_KEYS,
        "kling": {"key": "k" * 40, "access_key": "", "secret_key": "", "callback_secret": ""},
    }
    assert call(kling_body(attempt, task_id="task-9"), mode="live").status_code == 200
    attempt.refresh_from_db()
    assert (attempt.state, attempt.task_id) == ("unknown", "")
    assert attempt.next_check_at <= clock.now()


def test_one_for_an_attempt_that_has_ended(attempt):
    Attempt.objects.filter(pk=attempt.pk).update(state="failed")
    Job.objects.update(state="failed", ended_at=timezone.now())
    events = Event.objects.count()
    body = kling_body(attempt)
    assert call(body, signed(body)).status_code == 200
    job = Job.objects.get()
    assert (job.state, job.attention, Event.objects.count()) == ("failed", "", events)
    assert ReceivedCallback.objects.count() == 1


def test_a_second_task_for_one_request_is_flagged(attempt):
    body = kling_body(attempt, task_id="task-2")
    assert call(body, signed(body)).status_code == 200
    attempt.refresh_from_db()
    assert (attempt.task_id, attempt.job.attention) == ("task-1", "late_task")
    assert ProviderTask.objects.count() == 2


@pytest.mark.parametrize(
    "spoil",
    [
        lambda headers: {},
        lambda headers: {**headers, "webhook-signature": "garbage"},
        lambda headers: {**headers, "webhook-signature": "v1," + "A" * 43 + "="},
        lambda headers: {**headers, "webhook-timestamp": "1"},
        lambda headers: {**headers, "webhook-timestamp": "x"},
        lambda headers: {**headers, "webhook-id": "msg_2"},
    ],
)
def test_a_signature_that_does_not_hold(attempt, spoil):
    body = kling_body(attempt)
    assert only_error(call(body, spoil(signed(body))))[:2] == (400, "callback_refused")
    assert_nothing_came_of_it(attempt)


@pytest.mark.parametrize("body", [b"", b"x", b"[]", b"{}", b"\xff\xfe"])
def test_a_body_that_says_nothing(attempt, body):
    assert call(body, signed(body)).status_code == 400
    assert_nothing_came_of_it(attempt)


def test_one_about_another_request(attempt):
    body = kling_body(attempt, reference="att_other")
    assert call(body, signed(body)).status_code == 400
    assert_nothing_came_of_it(attempt)


def assert_nothing_came_of_it(attempt: Attempt) -> None:
    attempt.refresh_from_db()
    assert attempt.next_check_at > clock.now()
    assert ReceivedCallback.objects.count() == 0


def test_no_such_token(attempt):
    body = kling_body(attempt)
    for where in ({"token": "x" * 43}, {"mode": "live"}, {"provider": "sora"}):
        assert only_error(call(body, signed(body), **where))[:2] == (404, "not_found")
    assert ReceivedCallback.objects.count() == 0


def test_a_vendor_that_sends_none(caller):
    sent(caller, "runway")
    assert only_error(call(b"{}", provider="runway"))[:2] == (400, "callback_refused")


def test_too_large_and_too_often(attempt):
    assert only_error(call(b"x" * 300_000))[:2] == (413, "too_large")
    body = kling_body(attempt)
    answers = [call(body, signed(body)).status_code for _ in range(62)]
    assert answers.count(200) == 59
    assert answers[-1] == 429


def test_only_post_is_answered(attempt):
    assert Client().get(f"/hooks/kling/test/{TOKEN}").status_code == 405


def test_fals_keys_are_read_once_and_again_after_a_change(caller, monkeypatch):
    attempt = sent(caller, "pika")
    reads = []
    wrong = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    answers = [(wrong,), (KEY.public_key().public_bytes_raw(),)]

    def read(steps, send):
        reads.append(1)
        return answers[min(len(reads), 2) - 1]

    monkeypatch.setattr(callbacks, "run", read)
    monkeypatch.setattr(callbacks, "_keys_read", {})
    monkeypatch.setattr(callbacks.adapter_of(attempt), "trusted_keys", ())
    body = json.dumps({"request_id": "task-1", "status": "OK"}).encode()
    headers = fal_headers(body, request_id="event-1")
    assert call(body, headers, provider="pika").status_code == 400  # keys just read: no flood
    callbacks._keys_read["test"] -= callbacks.KEYS_AGAIN_AFTER
    assert call(body, headers, provider="pika").status_code == 200
    assert call(body, headers, provider="pika").json() == {"status": "received before"}
    assert len(reads) == 2
    attempt.refresh_from_db()
    assert attempt.next_check_at <= clock.now()
