"""OpenAI's Videos API: requests against what the official client sends, and its answers."""

from dataclasses import replace

import pytest

from providers.adapters.sora import Sora
from providers.errors import (
    AuthRefused,
    Invalid,
    Moderated,
    OutcomeUnknown,
    OutOfCredits,
    RateLimited,
    Unavailable,
)
from providers.http import prepared
from providers.types import (
    CancelOutcome,
    ClipRequest,
    GenerationMode,
    Picture,
    Progress,
    TaskRef,
    TaskState,
)
from tests.providers.scripted import drive, fixture, headers_of, parts_of, path_of, reply

BASE = "https://api.openai.com/v1"
REQUESTS, ANSWERS = fixture("sora", "requests"), fixture("sora", "answers")
SORA = Sora(base_url=BASE, key="sk-test")
TASK = TaskRef(
    task_id="video_68d7512d07848190b3e45da0ecbebcde",
    model="sora-2",
    generation_mode=GenerationMode.TEXT_TO_VIDEO,
)
TEXT = ClipRequest(
    generation_mode=GenerationMode.TEXT_TO_VIDEO,
    model="sora-2",
    prompt="A calico cat playing a piano on stage",
    seconds=8,
    wire_ratio="1280x720",
)
FRAME = Picture(content=b"x" * 67, media_type="image/png", width=1280, height=720, sha256="ab")
IMAGE = replace(
    TEXT,
    generation_mode=GenerationMode.IMAGE_TO_VIDEO,
    model="sora-2-pro",
    prompt="She turns around",
    seconds=4,
    first_frame=FRAME,
)


def same_as_captured(call, name):
    captured = REQUESTS[name]
    assert (call.method, path_of(call)) == (captured["method"], captured["path"])
    headers = headers_of(call)
    if "parts" in captured:
        assert headers.pop("content-type") == "multipart/form-data"
        parts = [
            [disposition, kind, "67 bytes" if kind else content.decode()]
            for disposition, kind, content in parts_of(call)
        ]
        assert parts == captured["parts"]
        assert len(prepared(call).body) == captured["length"]
    assert headers == captured["headers"]


@pytest.mark.parametrize(("name", "request_"), [("text_only", TEXT), ("with_picture", IMAGE)])
def test_create(name, request_):
    accepted, (call,) = drive(SORA.submit(request_, client_ref="j"), reply(ANSWERS["queued"]))
    same_as_captured(call, name)
    assert call.creates
    assert (accepted.task_id, accepted.ceiling) == (TASK.task_id, None)


def test_free_calls():
    same_as_captured(drive(SORA.poll(TASK), reply(ANSWERS["queued"]))[1][0], "retrieve")
    same_as_captured(SORA.download(f"{BASE}/videos/{TASK.task_id}/content"), "download")
    assert drive(SORA.prepare(TEXT)) == (TEXT, [])
    assert drive(SORA.cancel(TASK)) == (CancelOutcome.UNSUPPORTED, [])


def test_create_never_names_what_the_api_lacks():
    request = replace(TEXT, seed=7, negative_prompt="blur", options={"quality": "standard"})
    call = next(SORA.submit(request, client_ref="job-1"))
    assert list(call.form) == ["prompt", "model", "seconds", "size", "quality"]


@pytest.mark.parametrize(
    "request_",
    [
        replace(IMAGE, last_frame=FRAME),
        replace(IMAGE, first_frame=None),
        replace(TEXT, first_frame=FRAME),
    ],
)
def test_what_cannot_be_said_is_refused_before_any_call(request_):
    with pytest.raises(Invalid) as caught:
        next(SORA.submit(request_, client_ref="job-1"))
    assert caught.value.code == "not_expressible"


def error(status, code=None, *, kind="", param=None, message="Some words."):
    body = {"error": {"message": message, "type": kind, "param": param, "code": code}}
    return reply(body, status=status)


@pytest.mark.parametrize(
    ("answer", "kind", "billed"),
    [
        (error(400, kind="invalid_request_error"), Invalid, False),
        (error(400, "moderation_blocked", kind="invalid_request_error"), Moderated, False),
        (error(401, "invalid_api_key"), AuthRefused, False),
        (error(403, "unsupported_country_region_territory"), AuthRefused, False),
        (error(404, "model_not_found"), Unavailable, False),
        (error(410), Unavailable, False),
        (error(429, "rate_limit_exceeded", kind="requests"), RateLimited, False),
        (error(429, "slow_down"), RateLimited, False),
        (error(429, "insufficient_quota", kind="insufficient_quota"), OutOfCredits, False),
        (error(429, None, kind="insufficient_quota"), OutOfCredits, False),
        (error(429, "project_spend_limit_exceeded"), OutOfCredits, False),
        (error(503, "server_is_overloaded"), Unavailable, False),
        (error(503, "service_unavailable"), Unavailable, False),
        (error(503, kind="server_error"), OutcomeUnknown, None),
        (error(500, kind="server_error"), OutcomeUnknown, None),
        (error(409), OutcomeUnknown, None),
        (reply(raw=b"", status=502), OutcomeUnknown, None),
        (reply(raw=b"", status=504), OutcomeUnknown, None),
        (reply(raw=b"<html>", status=404), OutcomeUnknown, None),
        (reply(raw=b"", status=302), OutcomeUnknown, None),
        (reply(raw=b'{"id": "vid'), OutcomeUnknown, None),
        (reply({"object": "video"}), OutcomeUnknown, None),
    ],
)
def test_class_of_a_create_answer(answer, kind, billed):
    with pytest.raises(kind) as caught:
        drive(SORA.submit(TEXT, client_ref="j"), answer)
    refusal = caught.value
    assert (type(refusal), refusal.billed, refusal.provider) == (kind, billed, "sora")


def test_reason_names_the_field_and_no_key():
    answer = error(400, kind="invalid_request_error", param="seconds", message="Invalid: 'sk-abc'.")
    with pytest.raises(Invalid) as caught:
        drive(SORA.submit(TEXT, client_ref="j"), answer)
    assert caught.value.reason == "seconds: Invalid: '[key]'."


@pytest.mark.parametrize(
    ("name", "progress"),
    [
        ("queued", Progress(state=TaskState.QUEUED, percent=0)),
        ("in_progress", Progress(state=TaskState.PROCESSING, percent=33)),
        (
            "completed",
            Progress(state=TaskState.SUCCEEDED, output_url=f"{BASE}/videos/{TASK.task_id}/content"),
        ),
    ],
)
def test_progress(name, progress):
    assert drive(SORA.poll(TASK), reply(ANSWERS[name]))[0] == progress


def looked(body, **rest):
    return drive(SORA.poll(TASK), reply(body, **rest))[0]


def test_unknown_word_goes_on():
    seen = looked(ANSWERS["queued"] | {"status": "dreaming"})
    assert seen == Progress(state=TaskState.PROCESSING, unknown_word="dreaming")


def test_video_that_is_gone():
    assert looked({"error": {"message": "x"}}, status=404) == Progress(state=TaskState.GONE)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (error(500), Unavailable),
        (error(429, "rate_limit_exceeded"), RateLimited),
        (error(401), AuthRefused),
        (reply(raw=b"<html>", status=404), Unavailable),
        (reply(raw=b"[]"), Unavailable),
        (reply(ANSWERS["queued"] | {"id": "video_other"}), Unavailable),
    ],
)
def test_failed_look_proves_nothing_about_the_video(answer, kind):
    with pytest.raises(kind) as caught:
        drive(SORA.poll(TASK), answer)
    assert type(caught.value) is kind


def failure(told):
    return looked(ANSWERS["failed"] | {"error": told}).failure


@pytest.mark.parametrize(("code", "failure_class"), fixture("sora", "codes").items())
def test_every_documented_code_has_a_row(code, failure_class):
    assert code in Sora.codes
    seen = failure({"code": code, "message": "Words."})
    billed = None if failure_class == "moderation" else False
    assert (seen.failure_class, seen.code, seen.billed) == (failure_class, code, billed)


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ({"code": "content_policy_violation", "message": ""}, Moderated),
        ({"code": "brand_new", "message": ""}, Unavailable),
        ({"message": None}, Unavailable),
        (None, Unavailable),
    ],
)
def test_unknown_code_counts_as_charged(told, kind):
    seen = failure(told)
    assert (type(seen), seen.billed) == (kind, None)


@pytest.mark.parametrize(
    "url", ["https://cdn.example/v1/videos/a/content", "http://api.openai.com/v1/videos/a/content"]
)
def test_key_stays_at_home(url):
    assert "Authorization" not in SORA.download(url).headers


def test_probe():
    _, (call,) = drive(SORA.probe(), reply({"object": "list", "data": []}))
    assert path_of(call) == "/v1/videos?limit=1"
    with pytest.raises(OutOfCredits):
        drive(SORA.probe(), error(429, "credit_balance_exhausted"))
