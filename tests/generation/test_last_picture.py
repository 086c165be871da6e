"""A clip between two pictures, through the whole engine and a vendor's own wire."""

import io

import numpy as np
from django.core.files.storage import default_storage
from PIL import Image

from footage.frames import first_frame, last_frame
from generation import uploads
from generation.models import Asset
from providers.types import GenerationMode, Tier


def uploaded(access, colour) -> Asset:
    file = io.BytesIO()
    Image.new("RGB", (640, 360), colour).save(file, "PNG")
    return uploads.receive(access, content=file.getvalue(), name="end.png")


def middle_of(frame) -> tuple[int, ...]:
    with Image.open(frame) as picture:
        return tuple(np.asarray(picture.convert("RGB"))[picture.height // 2, picture.width // 2])


def test_the_clip_begins_and_ends_on_the_given_pictures(engine, access, tmp_path):
    first, last = uploaded(access, (200, 30, 30)), uploaded(access, (30, 30, 200))
    job = engine.run(
        "Morph",
        generation_mode=GenerationMode.IMAGE_TO_VIDEO,
        tier=Tier.DRAFT,
        seconds=3,
        picture_uid=first.uid,
        last_picture_uid=last.uid,
    )
    assert (job.state, job.attempts.get().provider) == ("completed", "pika")
    clip = tmp_path / "clip.mp4"
    with default_storage.open(job.assets.get(kind="clip").storage_key) as stored:
        clip.write_bytes(stored.read())
    first_frame(clip, tmp_path / "first.png")
    last_frame(clip, tmp_path / "last.png")
    red, _, blue = middle_of(tmp_path / "first.png")
    assert red > 150 > blue
    red, _, blue = middle_of(tmp_path / "last.png")
    assert blue > 150 > red
    engine.assert_at_rest()
