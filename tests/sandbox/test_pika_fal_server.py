"""Pika through fal over HTTP: queue, storage and webhook."""

import base64
import hashlib
import json
import time

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from footage.probe import probe
from sandbox.keys import FAL_KEY
from tests.sandbox.callback_receiver import CallbackReceiver
from tests.sandbox.fal_calls import (
    IMAGE,
    TEXT,
    as_data_uri,
    completed,
    fal_calls,
    picture,
    result,
    submit,
)


@pytest.fixture
def fal(sandbox):
    with fal_calls(sandbox) as client:
        yield client


def test_submit_to_a_playable_file_and_a_bill(fal, sandbox, tmp_path):
    answer = submit(fal, aspect_ratio="4:5", duration="5", seed=7).json()
    own = sandbox.url(f"/pika/fal-ai/pika/requests/{answer['request_id']}")
    assert answer == {
        "status": "IN_QUEUE",
        "request_id": answer["request_id"],
        "response_url": own,
        "status_url": f"{own}/status",
        "cancel_url": f"{own}/cancel",
        "queue_position": 0,
    }
    status = completed(fal, answer["request_id"])
    assert (status["status"], status["logs"]) == ("COMPLETED", None)
    assert "error" not in status
    video = result(fal, answer["request_id"]).json()["video"]
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(httpx.get(video["url"]).content)
    assert clip.stat().st_size == video["file_size"]
    facts = probe(clip)
    assert (facts.width, facts.height, facts.seconds) == (864, 1080, 5.0)
    (line,) = sandbox.invoice()
    assert (line["amount"], line["model"]) == ("0.10", TEXT[1:])


def test_status_is_202_until_it_is_over_and_the_result_is_not_there_yet(fal):
    request_id = submit(fal, prompt="a kite [[sandbox: slow=2]]").json()["request_id"]
    path = f"/fal-ai/pika/requests/{request_id}/status"
    waiting = fal.get(path)
    assert (waiting.status_code, waiting.json()["status"]) == (202, "IN_QUEUE")
    assert result(fal, request_id).status_code == 400
    time.sleep(0.6)
    running = fal.get(path, params={"logs": "1"})
    assert (running.status_code, running.json()["status"]) == (202, "IN_PROGRESS")
    assert running.json()["logs"][0]["source"] == "USER"


def test_stream_ends_with_completion(fal):
    request_id = submit(fal).json()["request_id"]
    text = fal.get(f"/fal-ai/pika/requests/{request_id}/status/stream").text
    events = [json.loads(line.removeprefix("data: ")) for line in text.splitlines() if line]
    assert events[-1]["status"] == "COMPLETED"
    assert len(events) >= 2


@pytest.mark.parametrize("header", [None, f"Bearer {FAL_KEY}", "Key other"])
def test_key_is_checked(sandbox, header):
    headers = {"Authorization": header} if header else {}
    answer = httpx.post(sandbox.url("/pika" + TEXT), headers=headers, json={"prompt": "x"})
    assert answer.status_code == 401
    assert isinstance(answer.json()["detail"], str)
    assert sandbox.tasks() == []


@pytest.mark.parametrize(
    ("directive", "status"), [("fail=credits", 403), ("fail=invalid", 422), ("rate-limit=1", 429)]
)
def test_refusing_directives(fal, sandbox, directive, status):
    answer = submit(fal, prompt=f"kite [[sandbox: {directive}]]")
    assert answer.status_code == status
    assert sandbox.tasks() == []
    assert sandbox.invoice() == []


def test_moderation_shows_in_the_result_alone(fal, sandbox):
    request_id = submit(fal, prompt="kite [[sandbox: fail=moderation]]").json()["request_id"]
    assert "error" not in completed(fal, request_id)
    refused = result(fal, request_id)
    assert refused.status_code == 422
    assert refused.json()["detail"][0]["type"] == "content_policy_violation"
    assert sandbox.invoice() == []


def test_lost_runner_shows_in_status_and_result(fal, sandbox):
    request_id = submit(fal, prompt="kite [[sandbox: fail=server]]").json()["request_id"]
    assert completed(fal, request_id)["error_type"] == "runner_disconnected"
    failed = result(fal, request_id)
    assert failed.status_code == 503
    assert failed.headers["X-Fal-Error-Type"] == "runner_disconnected"
    assert failed.json() == {
        "detail": "Runner disconnected",
        "error_type": "runner_disconnected",
    }
    assert sandbox.invoice() == []


def test_cancel_before_after_and_of_nothing(fal, sandbox):
    request_id = submit(fal, prompt="kite [[sandbox: slow=30]]").json()["request_id"]
    path = f"/fal-ai/pika/requests/{request_id}/cancel"
    asked = fal.put(path)
    assert (asked.status_code, asked.json()) == (202, {"status": "CANCELLATION_REQUESTED"})
    assert completed(fal, request_id)["error_type"] == "client_cancelled"
    assert result(fal, request_id).status_code == 499
    again = fal.put(path)
    assert (again.status_code, again.json()) == (400, {"status": "ALREADY_COMPLETED"})
    nothing = fal.put("/fal-ai/pika/requests/none/cancel")
    assert (nothing.status_code, nothing.json()) == (404, {"status": "NOT_FOUND"})
    assert sandbox.invoice() == []


def test_a_model_may_ignore_the_cancel_and_is_paid(fal, sandbox):
    sandbox.control("limits", {"pika": {"cancel-running": 0}})
    request_id = submit(fal, prompt="kite [[sandbox: slow=1.5]]").json()["request_id"]
    time.sleep(0.5)
    assert fal.put(f"/fal-ai/pika/requests/{request_id}/cancel").status_code == 202
    completed(fal, request_id)
    assert result(fal, request_id).status_code == 200
    assert [line["amount"] for line in sandbox.invoice()] == ["0.06"]


@pytest.mark.parametrize(
    ("path", "body", "kind"),
    [
        (TEXT, {"duration": 5}, "literal_error"),
        (TEXT, {"duration": "9"}, "literal_error"),
        (TEXT, {"aspect_ratio": "4:3"}, "literal_error"),
        (IMAGE, {}, "missing"),
        (IMAGE, {"image_url": "https://example.com/a.png"}, "file_download_error"),
        (IMAGE, {"image_url": as_data_uri(picture(100, 100))}, "image_too_small"),
    ],
)
def test_bad_input_makes_nothing(fal, sandbox, path, body, kind):
    answer = submit(fal, path=path, **body)
    assert answer.status_code == 422
    assert [entry["type"] for entry in answer.json()["detail"]] == [kind]
    assert sandbox.tasks() == []


def test_unknown_application_and_request(fal):
    assert submit(fal, path="/fal-ai/pika/v9/text-to-video").status_code == 404
    assert submit(fal, path="/fal-ai/flux/dev").status_code == 404
    assert result(fal, "none").status_code == 404


def test_picture_by_data_uri_decides_the_shape(fal, tmp_path):
    answer = submit(fal, path=IMAGE, image_url=as_data_uri(picture()))
    request_id = answer.json()["request_id"]
    completed(fal, request_id)
    clip = tmp_path / "clip.mp4"
    url = result(fal, request_id).json()["video"]["url"]
    clip.write_bytes(httpx.get(url).content)
    assert (probe(clip).width, probe(clip).height) == (864, 1080)


def test_two_step_upload_needs_no_key_for_its_second_step(fal):
    grant = fal.post(
        "/storage/upload/initiate",
        params={"storage_type": "fal-cdn-v3"},
        json={"file_name": "first.png", "content_type": "image/png"},
    ).json()
    put = httpx.put(grant["upload_url"], content=picture(), headers={"Content-Type": "image/png"})
    assert put.status_code == 200
    assert httpx.get(grant["file_url"]).content == picture()
    assert submit(fal, path=IMAGE, image_url=grant["file_url"]).status_code == 200


def test_webhook_once_at_the_end_signed_by_the_published_key(fal, sandbox):
    receiver = CallbackReceiver()
    url = f"{receiver.url}?job=42"
    request_id = submit(fal, params={"fal_webhook": url}).json()["request_id"]
    ((headers, raw),) = receiver.wait_for(1)
    receiver.close()
    body = json.loads(raw)
    assert (body["request_id"], body["status"]) == (request_id, "OK")
    assert httpx.get(body["payload"]["video"]["url"]).status_code == 200
    (key,) = httpx.get(sandbox.url("/pika/.well-known/jwks.json")).json()["keys"]
    public = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(key["x"] + "="))
    lowered = {name.lower(): value for name, value in headers.items()}
    signed = "\n".join(
        [
            lowered["x-fal-webhook-request-id"],
            lowered["x-fal-webhook-user-id"],
            lowered["x-fal-webhook-timestamp"],
            hashlib.sha256(raw).hexdigest(),
        ]
    )
    public.verify(bytes.fromhex(lowered["x-fal-webhook-signature"]), signed.encode())


@pytest.mark.parametrize("kind", ["stale-status", "unknown-status"])
def test_status_faults_keep_word_and_http_status_together(fal, sandbox, kind):
    request_id = submit(fal).json()["request_id"]
    completed(fal, request_id)
    sandbox.faults({"pika": {kind: 1.0}})
    answer = fal.get(f"/fal-ai/pika/requests/{request_id}/status")
    word = {"stale-status": "IN_PROGRESS", "unknown-status": "PAUSED"}[kind]
    assert answer.json()["status"] == word
    assert answer.status_code == (202 if word == "IN_PROGRESS" else 200)


def test_ingress_error_is_a_page_without_a_request_id(fal, sandbox):
    sandbox.faults({"pika": {"http-503": 1.0}})
    answer = submit(fal)
    assert answer.status_code == 503
    assert "nginx" in answer.text
    assert "x-fal-request-id" not in answer.headers
    assert sandbox.tasks() == []


def test_faults_of_the_result_call_leave_the_request_alone(fal, sandbox):
    request_id = submit(fal).json()["request_id"]
    completed(fal, request_id)
    sandbox.faults({"pika": {"status-500": 1.0}})
    page = result(fal, request_id)
    assert (page.status_code, "x-fal-request-id" in page.headers) == (503, False)
    sandbox.faults({"pika": {"bad-json": 1.0}})
    with pytest.raises(ValueError, match=r"."):
        result(fal, request_id).json()
    sandbox.faults({"pika": {"drop-status": 1.0}})
    with pytest.raises(httpx.RemoteProtocolError):
        result(fal, request_id)
    sandbox.faults({})
    assert result(fal, request_id).status_code == 200


def test_a_restart_goes_on_with_running_requests(fal, sandbox):
    request_id = submit(fal, prompt="kite [[sandbox: slow=1]]").json()["request_id"]
    sandbox.restart()
    assert completed(fal, request_id)["status"] == "COMPLETED"
    assert [line["amount"] for line in sandbox.invoice()] == ["0.06"]
