"""How long a prompt each offer takes, in the unit that its vendor counts in."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("limits.toml")


@dataclass(frozen=True, kw_only=True)
class OfferLimits:
    """What one offer takes. `added` is the length of what the desk itself adds to the prompt
    (the style's sentence, what to avoid where the offer has no field for it)."""

    provider: str
    name: str
    longest: int
    counts: str = "characters"  # or utf16
    negative_prompt: bool = False
    added: int = 0

    @property
    def room(self) -> int:
        return max(0, self.longest - self.added)

    def length_of(self, text: str) -> int:
        return utf16_units(text) if self.counts == "utf16" else len(text)

    def fits(self, text: str) -> bool:
        return self.length_of(text) <= self.room


def utf16_units(text: str) -> int:
    """Characters outside the basic plane count twice."""
    return len(text) + sum(character > "\uffff" for character in text)


def limits_of(
    provider: str, *, name: str, negative_prompt: bool = False, added: str = ""
) -> OfferLimits:
    """The limits of a provider's offers; one without a row takes what the desk takes."""
    row = _rows().get(provider, {})
    bare = OfferLimits(
        provider=provider,
        name=name,
        longest=int(row.get("longest", _rows()["desk"]["longest"])),
        counts=str(row.get("counts", "characters")),
        negative_prompt=negative_prompt,
    )
    return OfferLimits(**{**vars(bare), "added": bare.length_of(added)})


@cache
def _rows() -> dict[str, dict[str, int | str]]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
