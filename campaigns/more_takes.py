"""More takes of one shot: how many, what is said differently, and with which seeds."""

import secrets
from dataclasses import dataclass

from campaigns.models import Shot
from campaigns.takes import TakeWish
from generation.asks import Refused
from providers.types import Tier

MOST_AT_ONCE = 20
LONGEST_NOTE = 500


@dataclass(frozen=True, kw_only=True)
class MoreTakes:
    """What is None is as the shot says. `note` is kept with the takes and sent to nobody."""

    count: int = 1
    prompt: str | None = None
    tier: Tier | None = None
    seconds: int | None = None
    provider: str | None = None
    seed: int | None = None
    note: str = ""


def wishes_of(shot: Shot, more: MoreTakes) -> list[TakeWish]:
    """One wish for each take. Raises Refused."""
    if not 1 <= more.count <= MOST_AT_ONCE:
        raise Refused(f"Make 1 to {MOST_AT_ONCE} takes at once, not {more.count}.", field="count")
    if len(more.note) > LONGEST_NOTE:
        raise Refused(f"Keep it under {LONGEST_NOTE + 1} characters.", field="note")
    return [
        TakeWish(
            shot=shot,
            prompt=more.prompt,
            tier=more.tier,
            seconds=more.seconds,
            provider=more.provider,
            seed=_seed(shot, more, at),
            note=more.note,
        )
        for at in range(more.count)
    ]


def _seed(shot: Shot, more: MoreTakes, at: int) -> int | None:
    """Each take needs a seed of its own, or the second would be the first once more."""
    if more.seed is not None:
        return more.seed + at
    return None if shot.seed is None else secrets.randbits(31)
