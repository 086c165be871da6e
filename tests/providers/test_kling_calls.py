"""What Kling is sent, in both standards, compared with documented and recorded requests."""

from dataclasses import replace

import pytest

from providers.adapters.kling import Kling, signed_token
from providers.adapters.kling_bodies import merged
from providers.errors import Invalid
from providers.types import (
    CancelOutcome,
    ClipRequest,
    GenerationMode,
    Picture,
    ResolveKind,
    TaskRef,
)
from tests.providers.conversation import answer, assert_sent, fixture, talk

BASE = "https://api-singapore.klingai.com"
KEY = "api-key-kling-TEST"
LAST = Picture(
    content=b"",
    media_type="image/png",
    width=1,
    height=1,
    sha256="",
    uri="https://cdn.example.com/last.png",
)
PIXELS = Picture(
    content=bytes.fromhex("89504e47"), media_type="image/png", width=1, height=1, sha256="00"
)
TEXT = ClipRequest(
    generation_mode=GenerationMode.TEXT_TO_VIDEO,
    model="kling-3.0-turbo",
    prompt="a red kite over a beach, slow pan to the left",
    seconds=5,
    wire_ratio="16:9",
    resolution="720p",
    callback_url="https://app.example.com/hooks/kling",
)
IMAGE = ClipRequest(
    generation_mode=GenerationMode.IMAGE_TO_VIDEO,
    model="kling-2.5-turbo",
    prompt="the kite dives towards the sea",
    seconds=5,
    wire_ratio="",
    resolution="1080p",
    first_frame=replace(LAST, uri="https://cdn.example.com/first.png"),
    last_frame=LAST,
)
TASK = TaskRef(
    task_id="893605946402811985",
    model="kling-3.0-turbo",
    generation_mode=GenerationMode.TEXT_TO_VIDEO,
)


def new() -> Kling:
    return Kling(base_url=BASE + "/", key=KEY)


def legacy() -> Kling:
    return Kling(
        base_url=BASE, access_key="AK_TEST", secret_key="SK_TEST", clock=lambda: 1790000000.9
    )


TOKEN = (
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
    "eyJpc3MiOiJBS19URVNUIiwiZXhwIjoxNzkwMDAxODAwLCJuYmYiOjE3ODk5OTk5OTV9."
    "ruk59JomsoxVcHhaMEYUcUtPFpbAxWrgJdh94q1sUaU"
)


def test_token_vector():
    assert signed_token("AK_TEST", secret_key="SK_TEST", now=1790000000) == TOKEN


def test_new_text_to_video():
    steps = new().submit(TEXT, client_ref="job-42-attempt-1")
    calls, accepted = talk(steps, answer(fixture("kling", "new_created")))
    assert_sent(calls[0], fixture("kling", "request_new_text"), base=BASE)
    assert calls[0].creates
    assert calls[0].read_timeout == 120.0
    assert accepted.task_id == "893605946402811985"
    assert accepted.ceiling is None


def test_new_image_to_video():
    steps = new().submit(IMAGE, client_ref="job-43-attempt-1")
    calls, _ = talk(steps, answer(fixture("kling", "new_created")))
    assert_sent(calls[0], fixture("kling", "request_new_image"), base=BASE)


def test_legacy_text_to_video():
    request = replace(
        TEXT,
        model="kling-2.6",
        prompt="a red kite over a beach",
        negative_prompt="blur",
        resolution="1080p",
    )
    steps = legacy().submit(request, client_ref="job-42")
    calls, accepted = talk(steps, answer(fixture("kling", "legacy_created")))
    recorded = fixture("kling", "request_legacy_text")
    recorded["headers"] = {"Authorization": f"Bearer {TOKEN}"}
    assert_sent(calls[0], recorded, base=BASE)
    assert calls[0].creates
    assert accepted.task_id == "893605946402811985"


def test_legacy_image_to_video():
    request = replace(
        IMAGE,
        model="kling-3.0",
        prompt="the kite dives",
        seconds=10,
        resolution="720p",
        first_frame=PIXELS,
        options={"watermark_info": {"enabled": False}},
    )
    steps = legacy().submit(request, client_ref="job-42")
    calls, _ = talk(steps, answer(fixture("kling", "legacy_created")))
    recorded = fixture("kling", "request_legacy_image")
    recorded["headers"] = {"Authorization": f"Bearer {TOKEN}"}
    assert_sent(calls[0], recorded, base=BASE)


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        (
            "kling-3.0",
            {"duration": 5, "resolution": "720p", "audio": "off", "aspect_ratio": "16:9"},
        ),
        (
            "kling-2.6",
            {"duration": 5, "resolution": "720p", "audio": "off", "aspect_ratio": "16:9"},
        ),
        ("kling-2.5-turbo", {"duration": 5, "resolution": "720p", "aspect_ratio": "16:9"}),
    ],
)
def test_models_with_a_voice_are_told_to_be_silent(model, expected):
    steps = new().submit(replace(TEXT, model=model), client_ref="a")
    calls, _ = talk(steps, answer(fixture("kling", "new_created")))
    assert calls[0].json["settings"] == expected
    assert calls[0].url == f"{BASE}/text-to-video/{model}"


def test_options_are_laid_over_the_body():
    request = replace(TEXT, options={"settings": {"multi_shot": False}, "extra": 1})
    calls, _ = talk(new().submit(request, client_ref="a"), answer(fixture("kling", "new_created")))
    assert calls[0].json["settings"] == {
        "resolution": "720p",
        "aspect_ratio": "16:9",
        "duration": 5,
        "multi_shot": False,
    }
    assert calls[0].json["extra"] == 1
    assert merged({"a": {"b": 1}}, {"a": 2}) == {"a": 2}


@pytest.mark.parametrize(
    ("adapter", "request_", "reason"),
    [
        (new(), replace(IMAGE, model="kling-3.0-turbo"), "kling-3.0-turbo takes no last frame"),
        (
            new(),
            replace(IMAGE, resolution="720p"),
            "kling-2.5-turbo takes a last frame at 1080p only",
        ),
        (
            legacy(),
            replace(IMAGE, model="kling-v2-6", resolution="720p"),
            "kling-v2-6 takes a last frame at 1080p only",
        ),
        (
            legacy(),
            replace(IMAGE, model="kling-3.0", options={"camera_control": {"type": "down_back"}}),
            "a last frame goes with no mask and no camera move",
        ),
        (new(), replace(TEXT, last_frame=LAST), "a last frame belongs to image to video"),
    ],
)
def test_a_last_frame_that_the_model_does_not_take_is_never_sent(adapter, request_, reason):
    for steps in (adapter.prepare(request_), adapter.submit(request_, client_ref="a")):
        with pytest.raises(Invalid) as refused:
            talk(steps)
        assert (refused.value.reason, refused.value.billed) == (reason, False)


@pytest.mark.parametrize("model", ["kling-3.0", "kling-2.6", "kling-2.5-turbo"])
def test_models_that_take_a_last_frame(model):
    for adapter in (new(), legacy()):
        assert talk(adapter.prepare(replace(IMAGE, model=model))).calls == []


@pytest.mark.parametrize(
    ("adapter", "request_"),
    [
        (legacy(), TEXT),  # 3.0 Turbo has no legacy name
        (legacy(), replace(TEXT, model="kling-2.6", resolution="540p")),
        (new(), replace(IMAGE, first_frame=None)),
        (legacy(), replace(IMAGE, model="kling-3.0", first_frame=None)),
    ],
)
def test_what_cannot_be_expressed_is_never_sent(adapter, request_):
    with pytest.raises(Invalid) as refused:
        talk(adapter.submit(request_, client_ref="a"))
    assert refused.value.billed is False
    with pytest.raises(Invalid):
        talk(adapter.prepare(request_))


def test_prepare_needs_no_call():
    assert talk(new().prepare(IMAGE)).outcome == IMAGE


def test_poll_and_find_ask_by_id():
    calls, _ = talk(new().poll(TASK), answer(fixture("kling", "new_queued")))
    assert (calls[0].method, calls[0].url) == ("GET", f"{BASE}/tasks")
    assert dict(calls[0].params) == {"task_ids": "893605946402811985"}
    assert dict(calls[0].headers) == {"Authorization": f"Bearer {KEY}"}
    assert not calls[0].creates


@pytest.mark.parametrize(
    ("generation_mode", "path"),
    [
        (GenerationMode.TEXT_TO_VIDEO, "/v1/videos/text2video/893605946402811985"),
        (GenerationMode.IMAGE_TO_VIDEO, "/v1/videos/image2video/893605946402811985"),
    ],
)
def test_legacy_poll_names_the_task_in_the_path(generation_mode, path):
    task = replace(TASK, generation_mode=generation_mode)
    calls, _ = talk(legacy().poll(task), answer(fixture("kling", "legacy_processing")))
    assert (calls[0].method, calls[0].url) == ("GET", BASE + path)
    assert dict(calls[0].headers) == {"Authorization": f"Bearer {TOKEN}"}


def test_ids_from_outside_stay_one_path_segment():
    task = replace(TASK, task_id="../../account/costs?x=1")
    calls, _ = talk(legacy().poll(task), answer({"code": 1203}, status=404))
    assert calls[0].url == f"{BASE}/v1/videos/text2video/..%2F..%2Faccount%2Fcosts%3Fx%3D1"


def test_cancel_does_not_exist_and_nothing_is_called():
    calls, outcome = talk(new().cancel(TASK))
    assert (calls, outcome) == ([], CancelOutcome.UNSUPPORTED)


def test_downloads_carry_neither_key_nor_referer():
    call = new().download("https://v1.kling.example/out.mp4?x=1")
    assert (call.method, call.url) == ("GET", "https://v1.kling.example/out.mp4?x=1")
    assert dict(call.headers) == {}


def test_resolves_by_our_own_id():
    assert new().resolve_kind is ResolveKind.CLIENT_ID
    assert new().match_key(TEXT) == ""
    assert KEY not in repr(talk(new().probe(), answer(fixture("kling", "new_unknown"))).calls[0])
