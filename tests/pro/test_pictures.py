"""Local pictures are uploaded once; a missing one is told before any call."""

import json

import pytest

from pro.ai_video_generator import GenerationMode, VideoGenerationRequest
from pro.errors import InvalidRequest

UPLOAD = ("POST", "/api/ai-video/uploads")
GENERATE = ("POST", "/api/ai-video/generate")


def turning(path):
    return VideoGenerationRequest(
        prompt="Slow turn", mode=GenerationMode.IMAGE_TO_VIDEO, image_path=path
    )


def pictures_named(desk):
    return [json.loads(asked.content).get("image_path") for asked in desk.asked(*GENERATE)]


async def test_a_file_goes_up_and_its_id_into_the_request(desk, generator, rests, alone):
    (alone / "shoe.jpg").write_bytes(b"a picture")
    await generator.generate_video(turning("shoe.jpg"))
    assert pictures_named(desk) == ["asset_1"]
    (sent,) = desk.uploads
    assert b'name="file"; filename="shoe.jpg"' in sent
    assert b"a picture" in sent
    assert desk.asked(*UPLOAD)[0].headers["idempotency-key"]


async def test_the_same_content_goes_up_once(desk, generator, rests, alone):
    for name in ("one.png", "two.png"):
        (alone / name).write_bytes(b"a picture")
    (alone / "three.png").write_bytes(b"another")
    paths = ["one.png", alone / "two.png", "one.png", "three.png"]
    results = await generator.generate_many([turning(path) for path in paths])
    assert [result.status.value for result in results] == ["completed"] * 4
    assert len(desk.uploads) == 2
    assert len(set(pictures_named(desk))) == 2


async def test_a_missing_file_is_told_before_any_call(desk, generator, alone):
    with pytest.raises(InvalidRequest, match=r"image_path: There is no file shoe\.jpg") as caught:
        await generator.generate_video(turning("shoe.jpg"))
    assert caught.value.errors[0].attr == "image_path"
    assert str(alone) in str(caught.value)
    assert desk.seen == []


@pytest.mark.parametrize(
    "named", ["asset_0123456789abcdefghij", "uploads/asset_1.png", "https://shop.test/shoe.jpg"]
)
async def test_what_is_no_file_of_ours_is_passed_on(desk, generator, rests, named):
    await generator.generate_video(turning(named))
    assert (pictures_named(desk), desk.uploads) == ([named], [])


async def test_nothing_goes_up_for_a_clip_from_text(desk, generator, rests, alone):
    (alone / "shoe.jpg").write_bytes(b"a picture")
    request = VideoGenerationRequest(prompt="A red kite", image_path=alone / "shoe.jpg")
    await generator.generate_video(request)
    assert (pictures_named(desk), desk.uploads) == ([str(alone / "shoe.jpg")], [])


async def test_a_batch_takes_a_picture_too(desk, generator, rests, alone):
    (alone / "shoe.jpg").write_bytes(b"a picture")
    body = {"prompts": ["Turn", "Zoom"], "mode": "image_to_video", "image_path": "shoe.jpg"}
    await generator.batch_generate(body)
    (sent,) = desk.asked("POST", "/api/ai-video/batch-generate")
    assert json.loads(sent.content) == {**body, "image_path": "asset_1"}


async def test_a_last_picture_goes_up_beside_the_first(desk, generator, rests, alone):
    for name in ("first.jpg", "last.jpg"):
        (alone / name).write_bytes(name.encode())
    request = turning("first.jpg")
    request.last_image_path = alone / "last.jpg"
    await generator.generate_video(request)
    [sent] = [json.loads(asked.content) for asked in desk.asked(*GENERATE)]
    assert (sent["image_path"], sent["last_image_path"]) == ("asset_1", "asset_2")


async def test_a_missing_last_file_is_told_before_the_first_goes_up(desk, generator, alone):
    (alone / "first.jpg").write_bytes(b"a picture")
    body = {"prompts": ["Turn"], "mode": "image_to_video", "image_path": "first.jpg"}
    with pytest.raises(InvalidRequest) as caught:
        await generator.batch_generate({**body, "last_image_path": "gone.jpg"})
    assert caught.value.errors[0].attr == "last_image_path"
    assert desk.seen == []
