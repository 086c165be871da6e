"""The top-level boxes of an MP4: a few bytes a box tell a whole file from a cut one."""

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from footage.errors import BadClip, ClipFault

_MOST_BOXES = 100_000  # a fragmented hour has some thousands; more is an attack on our time


@dataclass(frozen=True, kw_only=True)
class Box:
    """One top-level box: its four letters, where it begins and how many bytes it says it has."""

    name: str
    offset: int
    size: int


def read_boxes(path: Path) -> list[Box]:
    """The top-level boxes, whose sizes fill the file exactly.

    Raises BadClip: `not_mp4` when the file does not begin as one, `truncated` when a box says
    that it is longer than what is there, or the index or the pictures are missing.
    """
    length = path.stat().st_size
    boxes: list[Box] = []
    with path.open("rb") as file:
        offset = 0
        while offset < length and len(boxes) < _MOST_BOXES:
            box = _read_box(file, offset, length)
            boxes.append(box)
            offset += box.size
    names = {box.name for box in boxes}
    if offset != length or not {"moov", "mdat"} <= names:
        raise BadClip(f"The file is cut off after {length:,} bytes.", ClipFault.TRUNCATED)
    return boxes


def starts_fast(boxes: list[Box]) -> bool:
    """Whether the index lies before the pictures, so that playing begins at the first bytes."""
    order = [box.name for box in boxes if box.name in ("moov", "mdat")]
    return order[0] == "moov"


def _read_box(file: BinaryIO, offset: int, length: int) -> Box:
    file.seek(offset)
    head = file.read(16)
    size, name = int.from_bytes(head[:4], "big"), head[4:8]
    if offset == 0 and name != b"ftyp":
        raise BadClip("The file is not an MP4.", ClipFault.NOT_MP4)
    shortest = 8
    if size == 1:
        size, shortest = int.from_bytes(head[8:16], "big"), 16
    elif size == 0:
        size = length - offset  # by the standard: to the end of the file
    if len(head) < shortest or size < shortest:
        raise BadClip("The file is cut off or overwritten.", ClipFault.TRUNCATED)
    return Box(name=name.decode("latin-1"), offset=offset, size=size)
