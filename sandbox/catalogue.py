"""The loaded catalogue: which lengths are sold, at what price per second, on that day.

Read as data from `providers/catalog/<name>.toml`; nothing of `providers` is imported. A model
that the catalogue lacks falls back to the vendor's own list, given by the vendor module.
"""

import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

MICROS = 1_000_000


@dataclass(frozen=True)
class Terms:
    """Lengths in whole seconds and micro-dollars per second of one provider's model."""

    lengths: tuple[int, ...]
    micros_per_second: int

    def price(self, seconds: float) -> int:
        """Micro-dollars for so many billed seconds."""
        return int(Decimal(str(seconds)) * self.micros_per_second)


class CatalogueMissing(ValueError):
    """There is no catalogue of that name."""


class Catalogue:
    """The offers of one TOML file."""

    def __init__(self, folder: Path, *, name: str) -> None:
        self.folder = folder
        self.load(name)

    def load(self, name: str) -> None:
        """Switches to another file of the folder. Raises CatalogueMissing."""
        path = self.folder / f"{name}.toml"
        if path.parent != self.folder or not path.is_file():
            raise CatalogueMissing(f"no catalogue {name}.toml in {self.folder.name}/")
        self._offers: list[dict[str, Any]] = tomllib.loads(path.read_text())["offer"]
        self.name = name

    def terms(self, provider: str, *, model: str, kind: str, on: date) -> Terms | None:
        """What the catalogue says of a model on a day; None if it does not list it.

        kind: `text` or `image`. Of several rows for the model, one that has the mode is
        preferred, then the latest that is already valid.
        """
        rows = [
            offer
            for offer in self._offers
            if offer["provider"] == provider and offer["model"] == model and _valid(offer, on)
        ]
        fitting = [row for row in rows if any(kind in mode for mode in row.get("modes", []))]
        chosen = max(fitting or rows, key=_since, default=None)
        return _terms(chosen) if chosen else None


def _since(offer: dict[str, Any]) -> date:
    since = offer.get("valid_from", date.min)
    return since if isinstance(since, date) else date.fromisoformat(str(since))


def _valid(offer: dict[str, Any], on: date) -> bool:
    return _since(offer) <= on


def _terms(offer: dict[str, Any]) -> Terms:
    lengths = offer.get("seconds_allowed")
    if lengths is None:
        span = offer["seconds"]
        lengths = range(span["min"], span["max"] + 1)
    per_second = Decimal(str(offer["price_per_second"])) * MICROS
    return Terms(lengths=tuple(lengths), micros_per_second=int(per_second))
