"""The pictures of an image-to-video call: raw base64, or the address of an upload here."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.desk import Desk
from sandbox.kling.refusals import KlingRefusal, invalid
from sandbox.picture_size import picture_size
from sandbox.pictures import PictureRefused, decoded, picture_type

LARGEST = {"new": 50 * 1024 * 1024, "legacy": 10 * 1024 * 1024}
SHORTEST_SIDE = 300
WIDEST = 2.5
BAD_SHAPE = (
    "The resolution or aspect ratio of the input image is invalid. "
    "Please ensure it meets the required specifications."
)


@dataclass(frozen=True)
class Frame:
    """A stored picture: its reference and its pixels."""

    reference: str
    width: int
    height: int


def take_frame(desk: Desk, text: str, *, standard: str, field: str) -> Frame:
    """Store one frame and measure it; raises KlingRefusal 1201 for what Kling would not take."""
    reference = _reference(desk, text, field=field)
    content = desk.pictures.read(reference)
    size = picture_size(content)
    if size is None or picture_type(content) not in ("image/jpeg", "image/png"):
        raise invalid(field, "must be a JPG or PNG picture")
    if len(content) > LARGEST[standard]:
        raise invalid(field, f"is larger than {LARGEST[standard] // 1024 // 1024} MB")
    width, height = size
    if min(size) < SHORTEST_SIDE or max(size) > WIDEST * min(size):
        raise KlingRefusal(1201, BAD_SHAPE)
    return Frame(reference=reference, width=width, height=height)


def _reference(desk: Desk, text: str, *, field: str) -> str:
    try:
        if text.startswith(("http://", "https://")):
            return desk.pictures.from_text(text)
        if text.startswith("data:"):
            raise PictureRefused("must be base64 without a data: prefix")
        return desk.pictures.keep(decoded(text))
    except PictureRefused as refused:
        raise invalid(field, f"is invalid: {refused}") from refused
