"""The clips: real, marked, of the asked length and size, different for different prompts."""

import base64
import io
import subprocess

import imageio_ffmpeg
import pytest
import requests
from PIL import Image

from footage.check import check_clip
from footage.errors import BadClip, ClipFault
from footage.probe import read_metadata
from tests.sandbox.calls import runway
from tests.sandbox.test_runway_wire import create, ended


def clip_of(caller, task_id, path):
    url = ended(caller, task_id)["output"][0]
    path.write_bytes(requests.get(url, timeout=60).content)
    return path


def first_frame(path):
    program = imageio_ffmpeg.get_ffmpeg_exe()
    command = [program, "-v", "error", "-i", str(path), "-frames:v", "1", "-f", "image2pipe"]
    done = subprocess.run([*command, "-c:v", "png", "-"], capture_output=True, check=True)
    return Image.open(io.BytesIO(done.stdout)).convert("RGB")


def test_a_clip_is_good_and_says_what_it_is(sandbox, tmp_path):
    caller = runway(sandbox)
    path = clip_of(caller, create(caller, duration=3).json()["id"], tmp_path / "a.mp4")
    facts = check_clip(path, seconds=3)
    assert (facts.width, facts.height, facts.frames, facts.codec) == (1280, 720, 72, "h264")
    tags = read_metadata(path)
    assert (tags["sandbox"], tags["comment"]) == ("1", "sandbox runway gen4.5")


def test_prompts_differ_in_the_picture(sandbox, tmp_path):
    caller = runway(sandbox)
    frames = [
        first_frame(
            clip_of(
                caller,
                create(caller, prompt=prompt, duration=3, seed=1).json()["id"],
                tmp_path / "a.mp4",
            )
        )
        for prompt in ("A red kite", "A blue whale")
    ]
    assert frames[0].tobytes() != frames[1].tobytes()


def test_black_frames(sandbox, tmp_path):
    caller = runway(sandbox)
    task_id = create(caller, prompt="[[sandbox: black-frames]]", duration=3).json()["id"]
    path = clip_of(caller, task_id, tmp_path / "a.mp4")
    with pytest.raises(BadClip) as bad:
        check_clip(path, seconds=3)
    assert bad.value.kind is ClipFault.BLACK


def test_a_picture_is_what_moves(sandbox, tmp_path):
    file = io.BytesIO()
    Image.new("RGB", (800, 800), (200, 30, 30)).save(file, "JPEG")
    uri = f"data:image/jpeg;base64,{base64.b64encode(file.getvalue()).decode()}"
    caller = runway(sandbox)
    body = {"model": "gen4_turbo", "promptImage": uri, "ratio": "960:960", "duration": 3}
    task_id = caller.post("/v1/image_to_video", body).json()["id"]
    frame = first_frame(clip_of(caller, task_id, tmp_path / "a.mp4"))
    red, green, blue = frame.getpixel((480, 480))
    assert red > 150
    assert max(green, blue) < 90


def test_a_clip_is_restyled_at_its_own_length(sandbox, tmp_path):
    caller = runway(sandbox)
    path = clip_of(caller, create(caller, duration=3).json()["id"], tmp_path / "a.mp4")
    slot = caller.post("/v1/uploads", {"filename": "a.mp4", "type": "ephemeral"}).json()
    files = {"file": ("a.mp4", path.read_bytes())}
    requests.post(slot["uploadUrl"], data=slot["fields"], files=files, timeout=60)
    body = {"model": "aleph2", "videoUri": slot["runwayUri"], "promptText": "make it winter"}
    made = caller.post("/v1/video_to_video", body).json()
    assert made["estimatedCost"] == {"credits": 84}
    facts = check_clip(clip_of(caller, made["id"], tmp_path / "b.mp4"), seconds=3)
    assert (facts.width, facts.height) == (1280, 720)
    refused = caller.post("/v1/video_to_video", {**body, "videoUri": "https://example.com/a.mp4"})
    assert refused.json()["issues"][0]["path"] == ["videoUri"]
