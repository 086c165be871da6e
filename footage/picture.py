"""A picture from outside becomes one of ours: checked, upright, stripped, encoded anew.

Nothing of the sent file survives but its pixels, so neither a hidden second format nor the
place where it was taken travels on to a vendor.
"""

import hashlib
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from footage.children.run import ChildResult, run_child
from footage.errors import BadPicture, FootageError

MOST_BYTES = 20_000_000
MOST_PIXELS = 40_000_000
SHORTEST_SIDE = 300  # Kling's rule, the strictest of our vendors

_CHILD = str(Path(__file__).parent / "children" / "clean_picture.py")
_MEMORY = 1 << 30
_CPU_SECONDS = 20
_TIMEOUT = 30.0
_MAGIC = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n"}
_WEBP = (b"RIFF", b"WEBP")

_NOT_A_PICTURE = "This is not a JPEG, PNG or WebP picture. Save it as one of these and try again."
_DAMAGED = "This picture is damaged or cut off. Save it again and send the new file."
_ANIMATED = "This picture is animated. Save one frame of it as JPEG or PNG and send that."
_OUTSIDE = "This part lies outside the picture. Set the frame anew."
_TOO_LARGE = "This picture has more than 40 megapixels. Make it smaller and send it again."


@dataclass(frozen=True, kw_only=True)
class CleanPicture:
    """A picture that we encoded: JPEG, or PNG where parts of it are transparent."""

    content: bytes = field(repr=False)
    media_type: str
    width: int
    height: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Crop:
    """The part of an upright picture that is kept, in its own pixels."""

    left: int
    top: int
    width: int
    height: int


def clean_picture(data: bytes, *, crop: Crop | None = None) -> CleanPicture:
    """Check and re-encode the bytes of a JPEG, PNG or WebP picture, or a part of it.

    At most 20 MB and 40 megapixels, at least 300 pixels a side, one frame. Raises BadPicture
    whose reason is a sentence for the person who sent it; FootageError when our own tool
    could not run.
    """
    if len(data) > MOST_BYTES:
        megabytes = f"{len(data) / 1_000_000:.1f}"
        raise BadPicture(
            f"This picture has {megabytes} MB; at most 20 MB can be sent. Save it smaller."
        )
    if not _looks_right(data):
        raise BadPicture(_NOT_A_PICTURE)
    result = run_child(
        [sys.executable, "-I", _CHILD, str(MOST_PIXELS), str(SHORTEST_SIDE), *_box(crop)],
        timeout=_TIMEOUT,
        given=data,
        memory_bytes=_MEMORY,
        cpu_seconds=_CPU_SECONDS,
    )
    facts, content = _read_answer(result)
    if "refused" in facts:
        raise BadPicture(_refusal(facts))
    return _picture(facts, content)


def _box(crop: Crop | None) -> list[str]:
    sides = (crop.left, crop.top, crop.width, crop.height) if crop else ()
    return [str(side) for side in sides]


def _looks_right(data: bytes) -> bool:
    """The first bytes decide before any parser runs; the name and stated type never do."""
    if data[:4] == _WEBP[0]:
        return data[8:12] == _WEBP[1]
    return data.startswith(tuple(_MAGIC.values()))


def _read_answer(result: ChildResult) -> tuple[dict[str, Any], bytes]:
    if not result.out.startswith(b"ready\n") and not result.timed_out:
        raise FootageError("the picture reader could not start")
    if result.code != 0:
        raise BadPicture(_DAMAGED)
    _, line, content = result.out.split(b"\n", 2)
    return json.loads(line), content


def _refusal(facts: dict[str, Any]) -> str:
    if facts["refused"] == "small":
        size = f"{int(facts['width'])} × {int(facts['height'])}"
        return (
            f"This picture is {size} pixels; each side needs at least {SHORTEST_SIDE}. "
            "Send a larger one."
        )
    known = {
        "pixels": _TOO_LARGE,
        "animated": _ANIMATED,
        "format": _NOT_A_PICTURE,
        "crop": _OUTSIDE,
    }
    return known.get(facts["refused"], _DAMAGED)


def _picture(facts: dict[str, Any], content: bytes) -> CleanPicture:
    media_type = facts["media_type"]
    if not content.startswith(_MAGIC[media_type]):
        raise BadPicture(_DAMAGED)
    return CleanPicture(
        content=content,
        media_type=media_type,
        width=int(facts["width"]),
        height=int(facts["height"]),
        sha256=hashlib.sha256(content).hexdigest(),
    )
