"""fal's input checks, answers and signature for the Pika endpoints."""

from dataclasses import replace

import pytest

from sandbox.pika.fal import answers, failures
from sandbox.pika.fal.answers import FalRequest, FalVideo
from sandbox.pika.fal.endpoints import ENDPOINTS, clip_size, nearest_ratio
from sandbox.pika.fal.inputs import BadInput, read_input
from sandbox.pika.fal.signing import jwks, signed_headers

TEXT = ENDPOINTS["fal-ai/pika/v2.2/text-to-video"]
IMAGE = ENDPOINTS["fal-ai/pika/v2.2/image-to-video"]
TURBO = ENDPOINTS["fal-ai/pika/v2/turbo/text-to-video"]
BASE = "http://127.0.0.1:8001/pika"
ID = "764cabcf-b745-4b3e-ae38-1200304cf45b"
RUNNING = FalRequest(
    request_id=ID,
    state="IN_PROGRESS",
    queue_position=0,
    percent=20,
    run_seconds=0.0,
    given={"prompt": "a kite"},
)
DONE = replace(
    RUNNING,
    state="COMPLETED",
    run_seconds=41.2,
    video=FalVideo(url=f"{BASE}/output.mp4", file_size=1234567),
)
ADDRESSES = {
    "request_id": ID,
    "response_url": f"{BASE}/fal-ai/pika/requests/{ID}",
    "status_url": f"{BASE}/fal-ai/pika/requests/{ID}/status",
    "cancel_url": f"{BASE}/fal-ai/pika/requests/{ID}/cancel",
}


def read(endpoint=TEXT, *, lengths=frozenset({5, 10}), **body):
    return read_input(endpoint, {"prompt": "a kite", **body}, lengths=lambda _endpoint: lengths)


def problems(endpoint=TEXT, **body):
    with pytest.raises(BadInput) as refused:
        read(endpoint, **body)
    return [(entry["loc"], entry["type"]) for entry in refused.value.detail]


def test_captured_submit_body_is_accepted():
    ask = read(aspect_ratio="16:9", resolution="720p", duration="5")
    assert (ask.seconds, ask.resolution, ask.ratio, ask.seed) == (5, "720p", "16:9", None)


def test_4_5_is_native():
    assert read(aspect_ratio="4:5").ratio == "4:5"
    assert clip_size(ratio="4:5", resolution="720p") == (864, 1080)
    assert clip_size(ratio="16:9", resolution="1080p") == (1920, 1080)


def test_catalogue_lengths_widen_the_vendors():
    assert read(duration="3", lengths=frozenset(range(3, 9))).seconds == 3


def test_every_problem_is_reported_at_once():
    found = problems(IMAGE, prompt=None, resolution="4k", duration=5, seed="7")
    assert found == [
        (["body", "prompt"], "string_type"),
        (["body", "image_url"], "missing"),
        (["body", "resolution"], "literal_error"),
        (["body", "duration"], "literal_error"),
        (["body", "seed"], "int_type"),
    ]


def test_duration_is_text_in_2_2_and_a_number_before():
    assert problems(duration=5) == [(["body", "duration"], "literal_error")]
    assert problems(TURBO, duration="5") == [(["body", "duration"], "literal_error")]
    assert read(TURBO, duration=10).seconds == 10
    assert read(TURBO).seconds == 5


def test_missing_prompt_reads_as_fal_writes_it():
    with pytest.raises(BadInput) as refused:
        read_input(TEXT, {}, lengths=lambda _endpoint: frozenset({5}))
    assert refused.value.detail == [
        {
            "loc": ["body", "prompt"],
            "msg": "Field required",
            "type": "missing",
            "url": "https://docs.fal.ai/errors#missing",
            "input": {},
        }
    ]


def test_submit_answer_drops_the_sub_path():
    assert answers.submitted(RUNNING, base=BASE) == {
        "status": "IN_QUEUE",
        **ADDRESSES,
        "queue_position": 0,
    }


def test_queued_status_has_a_position_and_no_logs():
    queued = replace(RUNNING, state="IN_QUEUE", queue_position=2)
    assert answers.status(queued, base=BASE, logs=True, stamp="t") == {
        "status": "IN_QUEUE",
        **ADDRESSES,
        "queue_position": 2,
    }


def test_running_status_always_has_the_logs_key():
    assert answers.status(RUNNING, base=BASE, logs=False, stamp="t")["logs"] is None
    assert answers.status(RUNNING, base=BASE, logs=True, stamp="t")["logs"] == [
        {"message": "step 10/50", "level": "INFO", "source": "USER", "timestamp": "t"}
    ]


def test_completed_status():
    assert answers.status(DONE, base=BASE, logs=False, stamp="t") == {
        "status": "COMPLETED",
        **ADDRESSES,
        "logs": None,
        "metrics": {"inference_time": 41.2},
    }


def test_runner_failure_shows_in_the_status_and_model_failure_does_not():
    lost = replace(DONE, video=None, failure=failures.RUNNER_LOST)
    seen = answers.status(lost, base=BASE, logs=False, stamp="t")
    assert (seen["error"], seen["error_type"]) == ("Runner disconnected", "runner_disconnected")
    refused = replace(DONE, video=None, failure=failures.MODERATION)
    assert "error" not in answers.status(refused, base=BASE, logs=False, stamp="t")


def test_webhook_bodies():
    assert answers.webhook(DONE) == {
        "request_id": ID,
        "gateway_request_id": ID,
        "status": "OK",
        "payload": {
            "video": {
                "url": f"{BASE}/output.mp4",
                "content_type": "video/mp4",
                "file_name": "output.mp4",
                "file_size": 1234567,
            }
        },
    }
    refused = answers.webhook(replace(DONE, video=None, failure=failures.MODERATION))
    assert (refused["status"], refused["error"]) == ("ERROR", "Invalid status code: 422")
    assert refused["payload"]["detail"][0]["type"] == "content_policy_violation"


def test_signature_vector():
    body = (
        b'{"request_id":"764cabcf-b745-4b3e-ae38-1200304cf45b",'
        b'"gateway_request_id":"764cabcf-b745-4b3e-ae38-1200304cf45b","status":"OK",'
        b'"payload":{"video":{"url":"https://v3.fal.media/files/x/output.mp4",'
        b'"content_type":"video/mp4","file_name":"output.mp4","file_size":1234567}}}'
    )
    headers = signed_headers(body, request_id=ID, timestamp=1790000000, user_id="user_test")
    assert headers == {
        "X-Fal-Webhook-Request-Id": ID,
        "X-Fal-Webhook-User-Id": "user_test",
        "X-Fal-Webhook-Timestamp": "1790000000",
        "X-Fal-Webhook-Signature": (
            "5fadf277a1d957d7eeee63b5f75890667504d72f5fbbfcef352e4a5faa854efa"
            "517e816c22870611ff1a546e977b241a29ee9ad356944eded73e08c850271b01"
        ),
    }
    assert jwks()["keys"][0]["x"] == "A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg"


def test_a_picture_decides_the_ratio():
    assert nearest_ratio(width=800, height=1000) == "4:5"
    assert nearest_ratio(width=1900, height=1000) == "16:9"
