"""`POST /v1/video_to_video` with Runway's own model aleph2: a clip in, a restyled clip out."""

import asyncio
import math
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from footage.errors import FootageError
from footage.ffmpeg import run_ffmpeg
from footage.probe import probe
from sandbox.catalogue import Terms
from sandbox.pictures import PictureRefused, Pictures
from sandbox.runway import issues
from sandbox.runway.uploads import Uploads
from sandbox.runway.validation import LARGEST_SEED, LONGEST_PROMPT, Invalid, Wanted

MODEL = "aleph2"
TERMS = Terms(lengths=tuple(range(1, 31)), micros_per_second=280_000)
LEAST_SECONDS = 2  # the price list's minimum of 56 credits
LONGEST_SECONDS = 30
MOST_KEYFRAMES = 5
SIZES = {
    "16:9": (1280, 720),
    "4:3": (1104, 832),
    "3:2": (1152, 768),
    "1:1": (960, 960),
    "2:3": (768, 1152),
    "3:4": (832, 1104),
    "9:16": (720, 1280),
    "21:9": (1584, 672),
}
FIELDS = {
    "model",
    "videoUri",
    "promptText",
    "keyframes",
    "targetAspectRatio",
    "seed",
    "contentModeration",
    "outputFormat",
    "ratio",
}


async def checked_restyle(
    body: Mapping[str, Any], *, terms: Terms, uploads: Uploads, pictures: Pictures
) -> Wanted:
    """Length and price follow the clip that was handed in, in begun seconds. Raises Invalid."""
    if body.get("model") != MODEL:
        raise Invalid([issues.unknown_model()])
    found = _wrong_fields(body)
    if found:
        raise Invalid(found)
    try:
        content = uploads.read_clip(body.get("videoUri"))
        seconds, size, frame = await asyncio.to_thread(_source, content)
    except (PictureRefused, FootageError) as error:
        raise Invalid([issues.custom(["videoUri"], message=str(error))]) from error
    if seconds > LONGEST_SECONDS:
        message = f"Asset duration must be at most {LONGEST_SECONDS} seconds"
        too_long = issues.too_big(["videoUri"], maximum=LONGEST_SECONDS) | {"message": message}
        raise Invalid([too_long])
    billed = max(LEAST_SECONDS, math.ceil(seconds - 0.01))
    width, height = SIZES.get(body.get("targetAspectRatio", ""), size)
    return Wanted(
        model=MODEL,
        kind="video",
        prompt=body.get("promptText", ""),
        seconds=billed,
        width=width,
        height=height,
        seed=body.get("seed"),
        picture=pictures.keep(frame),
        amount_micros=terms.price(billed),
        ratio=f"{width}:{height}",
    )


def _wrong_fields(body: Mapping[str, Any]) -> list[issues.Issue]:
    found = []
    if unknown := sorted(set(body) - FIELDS):
        found.append(issues.unknown_keys(unknown))
    if len(str(body.get("promptText", "")).encode("utf-16-le")) // 2 > LONGEST_PROMPT:
        found.append(issues.too_big(["promptText"], maximum=LONGEST_PROMPT, origin="string"))
    if body.get("targetAspectRatio", "16:9") not in SIZES:
        found.append(issues.not_listed(["targetAspectRatio"], values=list(SIZES)))
    if len(body.get("keyframes", [])) > MOST_KEYFRAMES:
        found.append(issues.too_big(["keyframes"], maximum=MOST_KEYFRAMES, origin="array"))
    seed = body.get("seed", 0)
    if not isinstance(seed, int) or not 0 <= seed <= LARGEST_SEED:
        found.append(issues.too_big(["seed"], maximum=LARGEST_SEED))
    return found


def _source(content: bytes) -> tuple[float, tuple[int, int], bytes]:
    """Length in seconds, even size in pixels and the first frame as JPEG. Raises FootageError."""
    with TemporaryDirectory(prefix="restyle-") as folder:
        clip, frame = Path(folder) / "clip.mp4", Path(folder) / "frame.jpg"
        clip.write_bytes(content)
        facts = probe(clip)
        run_ffmpeg(["-i", str(clip), "-frames:v", "1", str(frame)], timeout=20)
        size = (facts.width // 2 * 2, facts.height // 2 * 2)
        return facts.seconds, size, frame.read_bytes()
