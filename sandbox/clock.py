"""How long each provider takes, and what day its API believes it is."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sandbox.database import Database
from sandbox.words import provider_word

DEFAULT_LATENCY = {"pika": 2.0, "kling": 3.0, "runway": 4.0, "sora": 6.0}
QUEUED_SHARE = 0.2  # of a task's latency is spent waiting before the work begins


class ClockRefused(ValueError):
    """The clock call is malformed; the message says where."""


@dataclass(frozen=True)
class Pace:
    """Seconds that one task waits and then works."""

    waits: float
    works: float


class Clock:
    """Latency in seconds per provider, multiplied by `scale`; kept across restarts."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._read()

    def _read(self) -> None:
        kept = self.database.record("clock", default={})
        self.latency: dict[str, float] = {**DEFAULT_LATENCY, **kept.get("latency", {})}
        self.scale: float = kept.get("scale", 1.0)
        self._api_date: str | None = kept.get("api_date")

    @staticmethod
    def now() -> float:
        return time.time()

    @property
    def api_date(self) -> date | None:
        """The day set by `api_date`, or None when nobody asked for another day."""
        return date.fromisoformat(self._api_date) if self._api_date else None

    @property
    def today(self) -> date:
        return self.api_date or datetime.now(UTC).date()

    def pace(self, provider: str, *, slow: float | None = None) -> Pace:
        """`slow` (seconds) replaces the provider's latency, unscaled, as the prompt asked."""
        total = slow if slow is not None else self.latency[provider] * self.scale
        return Pace(waits=total * QUEUED_SHARE, works=total * (1 - QUEUED_SHARE))

    def shown(self) -> dict[str, Any]:
        return {"latency": self.latency, "scale": self.scale, "api_date": self._api_date}

    def change(self, wanted: Mapping[str, Any]) -> None:
        """Takes `latency` (provider to seconds), `scale` and `api_date` (ISO day or null)."""
        strange = set(wanted) - {"latency", "scale", "api_date"}
        if strange:
            raise ClockRefused(f"unknown: {', '.join(sorted(strange))}")
        latency = dict(self.latency)
        for word, value in dict(wanted.get("latency", {})).items():
            latency[provider_word(word)] = _seconds(value, name=word)
        scale = _seconds(wanted.get("scale", self.scale), name="scale")
        day = wanted.get("api_date", self._api_date)
        if day is not None:
            date.fromisoformat(day)
        kept = {"latency": latency, "scale": scale, "api_date": day}
        self.database.set_record("clock", value=kept)
        self._read()

    def reset(self) -> None:
        """Reads again after the database was reset."""
        self._read()


def _seconds(value: object, *, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise ClockRefused(f"{name} must be a number of 0 or more, not {value!r}")
    return float(value)
