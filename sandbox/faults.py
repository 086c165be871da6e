"""Random faults by rate: the same seed gives the same sequence.

Each call draws once for its stage. The n-th draw of a provider's stage depends on the seed and
n alone, so a failing run can be replayed.
"""

import random
from collections import Counter
from collections.abc import Mapping
from typing import Any

from sandbox.database import Database
from sandbox.words import PROVIDERS, provider_word

STAGES: dict[str, tuple[str, ...]] = {
    # before accepting: drop-before, http-503, rate-limit. After accepting: the other three.
    "create": (
        "drop-before",
        "http-503",
        "rate-limit",
        "lost-response",
        "http-500",
        "slow-answer",
    ),
    # settled with the create: how the accepted task is going to end
    "task": ("task-fail", "task-moderation", "task-stall"),
    "status": (
        "bad-json",
        "status-404",
        "status-500",
        "unknown-status",
        "stale-status",
        "slow-status",
        "drop-status",
    ),
    "link": ("expired-url",),
    "download": ("truncated-file", "stalled-download", "download-500"),
}
ALIASES = {"server-error": "http-500", "fail": "task-fail", "stall": "task-stall"}
KINDS = tuple(kind for kinds in STAGES.values() for kind in kinds)


class FaultsRefused(ValueError):
    """The faults call is malformed; the message says where."""


class Faults:
    """The rates in force, and how often each fault was injected since they were set."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.reset()

    def reset(self) -> None:
        """Reads again after a change or a reset; the sequence starts from its beginning."""
        kept = self.database.record("faults", default={"seed": 0, "rates": {}})
        self.seed: int = kept["seed"]
        self.rates: dict[str, dict[str, float]] = kept["rates"]
        self.injected: Counter[str] = Counter()
        self._draws: Counter[str] = Counter()

    def roll(self, provider: str, *, stage: str) -> str:
        """The fault to inject now at this stage, or an empty string."""
        rates = self.rates.get(provider)
        if not rates:
            return ""
        self._draws[f"{provider} {stage}"] += 1
        count = self._draws[f"{provider} {stage}"]
        drawn = random.Random(f"{self.seed} {provider} {stage} {count}").random()
        for kind in STAGES[stage]:
            drawn -= rates.get(kind, 0.0)
            if drawn < 0:
                self.injected[f"{provider} {kind}"] += 1
                return kind
        return ""

    def shown(self) -> dict[str, Any]:
        return {
            "seed": self.seed,
            "rates": self.rates,
            "injected": dict(self.injected),
            "kinds": list(KINDS),
        }

    def change(self, wanted: Mapping[str, Any]) -> None:
        """`{"seed": 7, "rates": {"pika": {"lost-response": 0.1}}}`; an empty body clears."""
        strange = set(wanted) - {"seed", "rates"}
        seed = wanted.get("seed", 0)
        if strange or isinstance(seed, bool) or not isinstance(seed, int):
            raise FaultsRefused("give 'seed' (a whole number) and 'rates', nothing else")
        rates: dict[str, dict[str, float]] = {}
        for word, kinds in dict(wanted.get("rates", {})).items():
            for provider in PROVIDERS if word == "*" else (provider_word(word),):
                rates[provider] = {**rates.get(provider, {}), **_rates(kinds)}
        self.database.set_record("faults", value={"seed": seed, "rates": rates})
        self.reset()


def _rates(kinds: object) -> dict[str, float]:
    if not isinstance(kinds, dict):
        raise FaultsRefused("rates of a provider are an object of kind and rate")
    checked = {}
    for word, rate in kinds.items():
        kind = ALIASES.get(word, word)
        if kind not in KINDS:
            raise FaultsRefused(f"'{word}' is no fault; known are {', '.join(KINDS)}")
        if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0 <= rate <= 1:
            raise FaultsRefused(f"the rate of '{word}' must be from 0 to 1, not {rate!r}")
        checked[kind] = float(rate)
    return checked
