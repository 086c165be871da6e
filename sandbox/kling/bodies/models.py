"""The Kling video models, by their names in both API standards, with the vendor's own limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

UNIT_USD = Decimal("0.14")
"""What one video unit of a resource pack costs at list price."""

RATIOS: Mapping[str, tuple[int, int]] = {"16:9": (16, 9), "9:16": (9, 16), "1:1": (1, 1)}
SHORT_SIDE: Mapping[str, int] = {"720p": 720, "1080p": 1080, "4k": 2160}
LEGACY_MODES: Mapping[str, str] = {"std": "720p", "pro": "1080p", "4k": "4k"}


@dataclass(frozen=True)
class KlingModel:
    """One model version; `price` is US dollars a second by resolution and sound."""

    name: str
    legacy_name: str
    prompt_limit: int
    lengths: frozenset[int]
    last_frame: bool
    sound: bool
    price: Mapping[tuple[str, bool], Decimal]

    @property
    def resolutions(self) -> tuple[str, ...]:
        return tuple(word for word in SHORT_SIDE if (word, False) in self.price)

    @property
    def needs_1080p_for_extras(self) -> bool:
        """On 2.6 and 2.5 Turbo, a last frame (and native sound) only exists at 1080p."""
        return self.name in ("kling-2.6", "kling-2.5-turbo")


def _price(silent: str, sound: str = "") -> dict[tuple[str, bool], Decimal]:
    table: dict[tuple[str, bool], Decimal] = {}
    for has_sound, words in ((False, silent), (True, sound)):
        for entry in words.split():
            resolution, amount = entry.split("=")
            table[(resolution, has_sound)] = Decimal(amount)
    return table


_THREE_TO_FIFTEEN = frozenset(range(3, 16))
_FIVE_OR_TEN = frozenset({5, 10})

_MODELS = (
    KlingModel(
        name="kling-3.0-turbo",
        legacy_name="",
        prompt_limit=3072,
        lengths=_THREE_TO_FIFTEEN,
        last_frame=False,
        sound=False,
        price=_price("720p=0.112 1080p=0.14"),
    ),
    KlingModel(
        name="kling-3.0",
        legacy_name="kling-v3",
        prompt_limit=3072,
        lengths=_THREE_TO_FIFTEEN,
        last_frame=True,
        sound=True,
        price=_price("720p=0.084 1080p=0.112 4k=0.42", "720p=0.126 1080p=0.168 4k=0.42"),
    ),
    KlingModel(
        name="kling-2.6",
        legacy_name="kling-v2-6",
        prompt_limit=2500,
        lengths=_FIVE_OR_TEN,
        last_frame=True,
        sound=True,
        price=_price("720p=0.042 1080p=0.07", "1080p=0.14"),
    ),
    KlingModel(
        name="kling-2.5-turbo",
        legacy_name="kling-v2-5-turbo",
        prompt_limit=2500,
        lengths=_FIVE_OR_TEN,
        last_frame=True,
        sound=False,
        price=_price("720p=0.042 1080p=0.07"),
    ),
)

BY_NAME: Mapping[str, KlingModel] = {model.name: model for model in _MODELS}
BY_LEGACY_NAME: Mapping[str, KlingModel] = {m.legacy_name: m for m in _MODELS if m.legacy_name}

# The vendor's default when `model_name` is missing is kling-v1, which is retired too: a body that
# uses the old field `model` therefore fails here as it would silently have run on V1 before.
LEGACY_DEFAULT = "kling-v1"


def frame_size(*, resolution: str, width: int, height: int) -> tuple[int, int]:
    """The clip's pixels for an aspect `width:height` at a resolution; both sides even."""
    short = SHORT_SIDE[resolution]
    if width == height:
        # Kling keeps the area near that of the 16:9 frame, so its square is 960 at 720p.
        side = short * 4 // 3
        return side, side
    if width > height:
        return _even(short * width / height), short
    return short, _even(short * height / width)


def _even(value: float) -> int:
    return round(value / 2) * 2
