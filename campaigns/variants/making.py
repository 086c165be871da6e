"""Variants of a shot as wishes, so that they are priced and made like all takes."""

from collections.abc import Sequence

from campaigns.models import Shot
from campaigns.takes import TakeWish
from campaigns.variants.matrix import Variant
from providers.types import Tier


def wishes(
    shot: Shot, variants: Sequence[Variant], *, tier: Tier | None = None, note: str = ""
) -> list[TakeWish]:
    """One wish for each variant. They share the shot's seed, so that only the factors differ."""
    return [
        TakeWish(shot=shot, prompt=one.prompt, factors=one.factors, tier=tier, note=note)
        for one in variants
    ]
