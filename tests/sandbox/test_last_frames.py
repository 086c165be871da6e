"""A clip between two pictures: taken by those models alone that end on one, and made so."""

import base64
import io

import httpx
import numpy as np
import pytest
import requests
from PIL import Image

from footage.frames import first_frame, last_frame
from sandbox.keys import KLING_API_KEY
from tests.sandbox.calls import runway
from tests.sandbox.fal_calls import IMAGE, completed, fal_calls, result
from tests.sandbox.test_kling_server import ended as kling_ended
from tests.sandbox.test_runway_wire import ended as runway_ended

KEYFRAMES = "/fal-ai/pika/v2.2/pikaframes"


def encoded(colour, size=(640, 360)):
    target = io.BytesIO()
    Image.new("RGB", size, colour).save(target, "PNG")
    return base64.b64encode(target.getvalue()).decode()


SMALL = encoded((30, 30, 200), size=(200, 200))
RED, BLUE = encoded((200, 30, 30)), encoded((30, 30, 200))


def uri(content):
    return f"data:image/png;base64,{content}"


def colour_at(path, take, where):
    take(path, where)
    with Image.open(where) as picture:
        middle = np.asarray(picture.convert("RGB"))[picture.height // 2, picture.width // 2]
    return "red" if middle[0] > 150 > middle[2] else "blue" if middle[2] > 150 > middle[0] else "?"


def ends_of(url, tmp_path):
    clip, frame = tmp_path / "clip.mp4", tmp_path / "frame.png"
    clip.write_bytes(requests.get(url, timeout=60).content)
    return colour_at(clip, first_frame, frame), colour_at(clip, last_frame, frame)


@pytest.fixture
def kling(sandbox):
    headers = {"Authorization": f"Bearer {KLING_API_KEY}"}
    with httpx.Client(base_url=sandbox.url("/kling"), headers=headers) as client:
        yield client


@pytest.fixture
def fal(sandbox):
    with fal_calls(sandbox) as client:
        yield client


def kling_body(**settings):
    contents = [{"type": "first_frame", "url": RED}, {"type": "last_frame", "url": BLUE}]
    return {"contents": contents, "settings": {"duration": 5, **settings}}


def runway_body(model, **changes):
    frames = [{"uri": uri(RED), "position": "first"}, {"uri": uri(BLUE), "position": "last"}]
    body = {"model": model, "promptImage": frames, "promptText": "morph", "ratio": "1280:720"}
    return {**body, "duration": 4, **changes}


def test_runway_ends_on_the_last_picture(sandbox, tmp_path):
    caller = runway(sandbox)
    made = caller.post("/v1/image_to_video", runway_body("veo3.1")).json()["id"]
    assert ends_of(runway_ended(caller, made)["output"][0], tmp_path) == ("red", "blue")


@pytest.mark.parametrize("model", ["gen4_turbo", "gen4.5", "gemini_omni_flash"])
def test_runways_own_models_know_no_last_position(sandbox, model):
    answer = runway(sandbox).post("/v1/image_to_video", runway_body(model, duration=5))
    (issue,) = answer.json()["issues"]
    assert (answer.status_code, issue["path"]) == (400, ["promptImage", 1, "position"])
    assert sandbox.tasks() == []


@pytest.mark.parametrize(("model", "status"), [("veo3.1", 200), ("gen4_turbo", 400)])
def test_runways_router_drops_models_that_take_none(sandbox, model, status):
    caller = runway(sandbox)
    models = {"mode": "allowlist_only", "ids": [model]}
    caller.post("/v1/routers", {"slug": "one", "settings": {"models": models}})
    roles = (("first", RED), ("last", BLUE))
    pictures = [{"role": role, "uri": uri(content)} for role, content in roles]
    asked = {"promptText": "morph", "duration": 4, "referenceImages": pictures}
    answer = caller.post("/v1/generate/video", {"configId": "one", "input": asked})
    assert answer.status_code == status
    assert len(sandbox.tasks()) == (1 if status == 200 else 0)
    if status == 400:
        (entry,) = caller.get("/v1/routers/one/requests?limit=50").json()["data"]
        assert (entry["status"], entry["emptiedBy"]) == ("no_eligible_model", ["capability"])


def test_kling_ends_on_the_last_picture(kling, tmp_path):
    made = kling.post("/image-to-video/kling-3.0", json=kling_body(duration=3)).json()["data"]
    url = kling_ended(kling, made["id"])["outputs"][0]["url"]
    assert ends_of(url, tmp_path) == ("red", "blue")


def test_kling_in_the_legacy_standard_too(kling, sandbox):
    body = {"model_name": "kling-v3", "image": RED, "image_tail": BLUE, "duration": "3"}
    assert kling.post("/v1/videos/image2video", json=body).json()["code"] == 0
    (task,) = sandbox.tasks()
    assert task["seconds"] == 3


@pytest.mark.parametrize(
    ("model", "asked", "words"),
    [
        ("kling-3.0-turbo", {}, "contents.last_frame is not supported by kling-3.0-turbo"),
        ("kling-2.6", {}, "settings.resolution must be 1080p"),
        ("kling-2.5-turbo", {"resolution": "720p"}, "settings.resolution must be 1080p"),
    ],
)
def test_kling_refuses_it_elsewhere(kling, sandbox, model, asked, words):
    answer = kling.post(f"/image-to-video/{model}", json=kling_body(**asked))
    assert (answer.status_code, answer.json()["code"]) == (400, 1201)
    assert words in answer.json()["message"]
    assert sandbox.tasks() == []


def test_pika_ends_on_the_last_picture(fal, sandbox, tmp_path):
    body = {"image_urls": [uri(RED), uri(BLUE)], "transitions": [{"duration": 3}], "prompt": "x"}
    made = fal.post(KEYFRAMES, json=body).json()["request_id"]
    completed(fal, made)
    url = result(fal, made).json()["video"]["url"]
    assert ends_of(url, tmp_path) == ("red", "blue")
    (line,) = sandbox.invoice()
    assert (line["model"], line["seconds"], line["amount"]) == (KEYFRAMES[1:], 3, "0.06")


@pytest.mark.parametrize(
    ("changes", "field", "kind"),
    [
        ({"image_urls": None}, "image_urls", "missing"),
        ({"image_urls": [uri(RED)], "transitions": []}, "image_urls", "too_short"),
        ({"image_urls": [uri(RED)] * 6, "transitions": None}, "image_urls", "too_long"),
        ({"image_urls": [uri(RED), 7]}, "image_urls", "list_type"),
        (
            {"image_urls": [uri(RED), uri(SMALL)]},
            "image_urls",
            "image_too_small",
        ),
        (
            {"image_urls": [uri(RED), "https://example.com/a.png"]},
            "image_urls",
            "file_download_error",
        ),
        ({"transitions": [{"duration": 3}, {"duration": 3}]}, "transitions", "value_error"),
        ({"transitions": [{"duration": "3"}]}, "transitions", "literal_error"),
        ({"transitions": [{"duration": 11}]}, "transitions", "literal_error"),
        ({"transitions": [{"duration": 3, "prompt": 7}]}, "transitions", "string_type"),
        (
            {"image_urls": [uri(RED)] * 5, "transitions": [{"duration": 7}] * 4},
            "transitions",
            "value_error",
        ),
    ],
)
def test_pika_refuses_bad_keyframes(fal, sandbox, changes, field, kind):
    body = {"image_urls": [uri(RED), uri(BLUE)], "transitions": [{"duration": 3}], **changes}
    answer = fal.post(KEYFRAMES, json=body)
    (problem,) = answer.json()["detail"]
    assert (answer.status_code, problem["loc"], problem["type"]) == (422, ["body", field], kind)
    assert sandbox.tasks() == []


def test_pikas_plain_endpoint_takes_no_list(fal, sandbox):
    answer = fal.post(IMAGE, json={"image_urls": [uri(RED), uri(BLUE)], "prompt": "x"})
    assert answer.json()["detail"][0]["loc"] == ["body", "image_url"]
    assert sandbox.tasks() == []
