"""What one offer can do, typed, out of its catalogue row."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from providers.ratios import nearest_native
from providers.types import GenerationMode


@dataclass(frozen=True, kw_only=True)
class NativeRatio:
    """The shape that a vendor is asked for: ours ("16:9"), the vendor's word, and its pixels.

    `wire` is empty where the picture decides; `width` and `height` are 0 where unknown.
    """

    ratio: str
    wire: str
    width: int = 0
    height: int = 0


@dataclass(frozen=True, kw_only=True)
class OfferTerms:
    """Everything in a catalogue row but its name and its price. Seconds are whole.

    `typical_seconds` and `slow_seconds` are how long half and 19 of 20 clips take at the
    vendor, `rehearsal_seconds` how long the sandbox takes. `cancel` is immediate, requested or
    none; `refund` is a sentence for people. `needs_key` names the one key that will do. `slots`
    is how many tasks of this model the vendor runs at once for one account, as far as it says.
    """

    short_name: str
    modes: tuple[GenerationMode, ...]
    lengths: tuple[int, ...]
    ratios: Mapping[str, str]
    image_ratios: Mapping[str, str]
    picture_decides_ratio: bool
    sizes: Mapping[str, str]
    resolution: str
    quality: str
    pace: str
    best_for: tuple[str, ...]
    abilities: frozenset[str]
    cancel: str
    refund: str
    billed_on_moderation: bool
    deadline_seconds: int
    typical_seconds: int
    slow_seconds: int
    rehearsal_seconds: int
    needs_key: str = ""
    retired_on: date | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    position: int = 0
    slots: int | None = None

    @property
    def longest(self) -> int:
        return self.lengths[-1]

    def can(self, mode: GenerationMode) -> bool:
        return mode in self.modes

    def billed_seconds(self, asked: int) -> int | None:
        """The shortest length on offer that is not shorter than `asked`; None when too long."""
        return next((length for length in self.lengths if length >= asked), None)

    def native_ratio_for(self, ratio: str, *, generation_mode: GenerationMode) -> NativeRatio:
        """The shape to ask for so that `ratio` can be cut from it.

        Where the picture decides, the picture is brought to `ratio` before it is sent, so the
        native ratio is the asked one and nothing is said on the wire.
        """
        animated = generation_mode is GenerationMode.IMAGE_TO_VIDEO
        if animated and self.picture_decides_ratio:
            return self._shape(ratio, wire="")
        natives = self.image_ratios if animated and self.image_ratios else self.ratios
        native = nearest_native(ratio, natives=natives)
        return self._shape(native, wire=natives[native])

    def _shape(self, ratio: str, *, wire: str) -> NativeRatio:
        width, _, height = self.sizes.get(ratio, "0x0").partition("x")
        return NativeRatio(ratio=ratio, wire=wire, width=int(width), height=int(height))


def terms_from(stored: Mapping[str, Any]) -> OfferTerms:
    """Read back what `providers.catalogue_file` put into `Offer.terms`."""
    known = dict(stored)
    retired_on = known.pop("retired_on", None)
    return OfferTerms(
        **{
            **known,
            "modes": tuple(GenerationMode(mode) for mode in known["modes"]),
            "lengths": tuple(known["lengths"]),
            "best_for": tuple(known["best_for"]),
            "abilities": frozenset(known["abilities"]),
            "retired_on": date.fromisoformat(retired_on) if retired_on else None,
        }
    )
