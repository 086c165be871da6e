"""The Pika endpoints that fal hosts: ids, input rules and the vendor's own list prices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

APP = "fal-ai/pika"
"""Owner and app: what is left of an endpoint id in every address after the submit."""

PRICE: Mapping[str, Decimal] = {"720p": Decimal("0.04"), "1080p": Decimal("0.09")}

SIZES: Mapping[str, tuple[int, int]] = {
    "16:9": (1280, 720),
    "9:16": (720, 1280),
    "1:1": (960, 960),
    "4:5": (864, 1080),
    "5:4": (1080, 864),
    "3:2": (1080, 720),
    "2:3": (720, 1080),
}
"""Pixels at 720p; 1080p is one and a half times as much on each side."""


@dataclass(frozen=True)
class Endpoint:
    """One endpoint id; `duration_is_text` tells the Pika versions apart by their JSON type.

    With `keyframes` it takes a list of pictures, and `lengths` are those of one transition.
    """

    endpoint_id: str
    kind: Literal["text", "image"]
    duration_is_text: bool
    lengths: frozenset[int] = frozenset({5, 10})
    keyframes: bool = False

    @property
    def version_id(self) -> str:
        """The endpoint id without its last part, as in `fal-ai/pika/v2.2`."""
        return self.endpoint_id.rpartition("/")[0]


ENDPOINTS: Mapping[str, Endpoint] = {
    f"{APP}/{version}/{kind}-to-video": Endpoint(
        endpoint_id=f"{APP}/{version}/{kind}-to-video",
        kind=kind,
        duration_is_text=version == "v2.2",
    )
    for version in ("v2.2", "v2.1", "v2/turbo")
    for kind in ("text", "image")
} | {
    f"{APP}/v2.2/pikaframes": Endpoint(
        endpoint_id=f"{APP}/v2.2/pikaframes",
        kind="image",
        duration_is_text=False,
        lengths=frozenset(range(1, 11)),
        keyframes=True,
    )
}


def clip_size(*, ratio: str, resolution: str) -> tuple[int, int]:
    """The clip's pixels; both sides even."""
    width, height = SIZES[ratio]
    return (width * 3 // 2, height * 3 // 2) if resolution == "1080p" else (width, height)


def nearest_ratio(*, width: int, height: int) -> str:
    """The ratio whose shape is nearest to a picture's: it decides an image-to-video clip."""
    return min(SIZES, key=lambda word: abs(SIZES[word][0] / SIZES[word][1] - width / height))
