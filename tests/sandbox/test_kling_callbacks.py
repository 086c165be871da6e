"""Kling's callbacks: on every change, signed when a secret is set."""

import json

import httpx
import pytest
from standardwebhooks.webhooks import Webhook

from sandbox.keys import KLING_API_KEY, KLING_WEBHOOK_SECRET
from tests.sandbox.callback_receiver import CallbackReceiver

HEADERS = {"Authorization": f"Bearer {KLING_API_KEY}"}


@pytest.fixture
def receiver():
    receiver = CallbackReceiver()
    yield receiver
    receiver.close()


def test_each_change_is_sent_signed(sandbox, receiver):
    body = {
        "prompt": "a kite",
        "settings": {"duration": 3},
        "options": {"callback_url": receiver.url, "external_task_id": "job-9"},
    }
    url = sandbox.url("/kling/text-to-video/kling-3.0")
    made = httpx.post(url, headers=HEADERS, json=body).json()["data"]
    received = receiver.wait_for(3)
    tasks = [json.loads(body) for _, body in received]
    assert [task["status"] for task in tasks] == ["submitted", "processing", "succeeded"]
    assert {task["id"] for task in tasks} == {made["id"]}
    assert tasks[2]["billing"][0]["amount"] == "0.09"
    assert httpx.get(tasks[2]["outputs"][0]["url"]).status_code == 200
    for headers, raw in received:
        lowered = {name.lower(): value for name, value in headers.items()}
        assert lowered["content-type"] == "application/json; charset=utf-8"
        Webhook(KLING_WEBHOOK_SECRET).verify(raw, lowered)
    assert len({headers["webhook-id"] for headers, _ in received}) == 3


def test_legacy_callback_without_a_secret(sandbox, receiver):
    sandbox.control("limits", {"kling": {"signed": 0}})
    body = {
        "model_name": "kling-v2-6",
        "prompt": "a kite [[sandbox: fail=moderation]]",
        "callback_url": receiver.url,
    }
    httpx.post(sandbox.url("/kling/v1/videos/text2video"), headers=HEADERS, json=body)
    received = receiver.wait_for(3)
    last = json.loads(received[2][1])
    assert last["task_status"] == "failed"
    assert last["task_status_msg"] == "Failure to pass the risk control system"
    assert "webhook-signature" not in {name.lower() for name in received[2][0]}
