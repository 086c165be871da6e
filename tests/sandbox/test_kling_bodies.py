"""What Kling accepts as a create body, in both standards."""

import pytest

from sandbox.kling.bodies import legacy, new_standard
from sandbox.kling.bodies.models import frame_size
from sandbox.kling.refusals import KlingRefusal


def vendor_lengths(model, _name):
    return model.lengths


def new_text(name="kling-3.0-turbo", **body):
    return new_standard.read_text(name, {"prompt": "a kite", **body}, lengths=vendor_lengths)


def new_image(*contents, name="kling-3.0", **body):
    items = contents or ({"type": "first_frame", "url": "aGk="},)
    return new_standard.read_image(name, {"contents": list(items), **body}, lengths=vendor_lengths)


def legacy_text(**body):
    sent = {"model_name": "kling-v2-6", "prompt": "a kite", **body}
    return legacy.read_text(sent, lengths=vendor_lengths)


def legacy_image(**body):
    sent = {"model_name": "kling-v2-5-turbo", "image": "aGk=", **body}
    return legacy.read_image(sent, lengths=vendor_lengths)


def test_text_body_of_the_new_standard_is_read_whole():
    ask = new_text(
        settings={"resolution": "1080p", "aspect_ratio": "9:16", "duration": 7},
        options={"callback_url": "http://127.0.0.1/x", "external_task_id": "job-42-attempt-1"},
    )
    assert (ask.standard, ask.kind, ask.version) == ("new", "text", "kling-3.0-turbo")
    assert (ask.seconds, ask.resolution, ask.ratio) == (7, "1080p", "9:16")
    assert (ask.external_id, ask.callback_url) == ("job-42-attempt-1", "http://127.0.0.1/x")
    assert (ask.sound, ask.watermark, ask.first_frame) == (False, False, "")


def test_defaults_are_the_vendors():
    ask = new_text()
    assert (ask.seconds, ask.resolution, ask.ratio) == (5, "720p", "16:9")


@pytest.mark.parametrize(
    ("body", "code", "names"),
    [
        ({"prompt": ""}, 1201, "prompt"),
        ({"prompt": "x" * 3073}, 1201, "prompt"),
        ({"prompt": 5}, 1201, "prompt"),
        ({"settings": {"duration": 2}}, 1201, "settings.duration"),
        ({"settings": {"duration": 16}}, 1201, "settings.duration"),
        ({"settings": {"duration": True}}, 1201, "settings.duration"),
        ({"settings": {"resolution": "4k"}}, 1201, "settings.resolution"),
        ({"settings": {"aspect_ratio": "4:5"}}, 1201, "settings.aspect_ratio"),
        ({"settings": {"audio": "native"}}, 1201, "settings.audio"),
        ({"settings": [5]}, 1201, "settings"),
        ({"options": {"external_task_id": 5}}, 1201, "options.external_task_id"),
        ({"options": {"watermark_info": {"enabled": "yes"}}}, 1201, "watermark_info.enabled"),
    ],
)
def test_bad_text_body_names_the_field(body, code, names):
    with pytest.raises(KlingRefusal) as refused:
        new_text(**body)
    assert (refused.value.status, refused.value.code) == (400, code)
    assert refused.value.message.startswith(names)


def test_text_duration_is_taken_as_a_string_too():
    assert new_text(settings={"duration": "4"}).seconds == 4


def test_unknown_model_does_not_exist():
    with pytest.raises(KlingRefusal) as refused:
        new_text(name="kling-2.1")
    assert (refused.value.status, refused.value.code) == (404, 1203)


def test_first_and_last_frame():
    ask = new_image(
        {"type": "prompt", "text": "dives"},
        {"type": "first_frame", "url": "aGk="},
        {"type": "last_frame", "url": "eW8="},
    )
    assert (ask.kind, ask.prompt, ask.ratio) == ("image", "dives", "")
    assert (ask.first_frame, ask.last_frame) == ("aGk=", "eW8=")


LAST = {"type": "last_frame", "url": "eW8="}
FIRST = {"type": "first_frame", "url": "aGk="}


@pytest.mark.parametrize(
    ("name", "contents", "asked"),
    [
        ("kling-3.0", (LAST,), {}),
        ("kling-3.0-turbo", (FIRST, LAST), {}),
        ("kling-2.6", (FIRST, LAST), {"resolution": "720p"}),
        ("kling-2.6", (FIRST,), {"audio": "native"}),
        ("kling-3.0", ({"type": "first_frame"},), {}),
        ("kling-3.0", ({"type": "photo", "url": "aGk="},), {}),
        ("kling-3.0", (FIRST, *[{"type": "element", "element_id": "1", "id": "1"}] * 4), {}),
    ],
)
def test_frames_that_the_model_cannot_take(name, contents, asked):
    with pytest.raises(KlingRefusal) as refused:
        new_image(*contents, name=name, settings=asked)
    assert refused.value.code == 1201


def test_two_frames_on_2_6_need_1080p():
    ask = new_image(FIRST, LAST, name="kling-2.6", settings={"resolution": "1080p"})
    assert ask.resolution == "1080p"


def test_legacy_body_as_the_vercel_client_sends_it():
    ask = legacy_text(
        negative_prompt="blur",
        sound="off",
        mode="pro",
        aspect_ratio="16:9",
        duration="5",
        external_task_id="job-42",
        callback_url="https://app.example.com/hooks/kling",
    )
    assert (ask.standard, ask.model, ask.version) == ("legacy", "kling-v2-6", "kling-2.6")
    assert (ask.seconds, ask.resolution, ask.external_id) == (5, "1080p", "job-42")


@pytest.mark.parametrize(
    "body",
    [
        {"duration": 5},
        {"duration": "7"},
        {"mode": "4k"},
        {"mode": "fast"},
        {"sound": "on"},
        {"cfg_scale": 0.5},
        {"negative_prompt": "x" * 2501},
        {"camera_control": {"type": "simple", "config": {"zoom": 5, "pan": 1}}},
        {"camera_control": {"type": "simple", "config": {"zoom": 11}}},
        {"camera_control": {"type": "down_back", "config": {"zoom": 5}}},
        {"camera_control": {"type": "sideways"}},
    ],
)
def test_bad_legacy_body(body):
    with pytest.raises(KlingRefusal) as refused:
        legacy_text(**body)
    assert (refused.value.status, refused.value.code) == (400, 1201)


def test_one_camera_axis_is_allowed():
    camera = {"type": "simple", "config": {"horizontal": 0, "zoom": 5}}
    assert legacy_text(camera_control=camera).seconds == 5


@pytest.mark.parametrize("name", ["kling-v1", "kling-v1-6", "kling-v2-master", "kling-v2-1", None])
def test_retired_and_missing_models_do_not_exist(name):
    with pytest.raises(KlingRefusal) as refused:
        legacy_text(model_name=name, model="kling-v2-6")
    assert (refused.value.status, refused.value.code) == (404, 1203)


@pytest.mark.parametrize(
    "body",
    [
        {"image": ""},
        {"image_tail": "eW8=", "camera_control": {"type": "down_back"}, "mode": "pro"},
        {"image_tail": "eW8=", "static_mask": "eW8=", "mode": "pro"},
        {"image_tail": "eW8=", "mode": "std"},
        {"voice_list": [{"voice_id": "1"}], "element_list": [{"element_id": "1"}]},
        {"dynamic_masks": [{"mask": "eW8=", "trajectories": [{"x": 1, "y": 1}]}]},
    ],
)
def test_bad_legacy_image_body(body):
    with pytest.raises(KlingRefusal) as refused:
        legacy_image(**body)
    assert refused.value.code == 1201


def test_sizes_follow_resolution_and_shape():
    assert frame_size(resolution="720p", width=16, height=9) == (1280, 720)
    assert frame_size(resolution="1080p", width=9, height=16) == (1080, 1920)
    assert frame_size(resolution="720p", width=1, height=1) == (960, 960)
    assert frame_size(resolution="720p", width=301, height=300) == (722, 720)
