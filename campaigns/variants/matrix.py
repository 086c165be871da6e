"""Which combinations of factors to make: all of them, or a balanced few that meet in pairs.

Pure: the same factors give the same variants in the same order.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from math import prod

from campaigns.variants.words import FACTORS, compose
from generation.asks import LONGEST_PROMPT, Refused

MOST_VALUES = 6
MOST_VARIANTS = 60
MOST_POSSIBLE = 1500
LONGEST_VALUE = 200

Combination = tuple[str, ...]
Pair = tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One combination, with the whole prompt that says it."""

    factors: dict[str, str]
    prompt: str


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """The variants to make. `possible` counts all combinations; of a fraction `pairs_met` of
    `pairs` say how many pairs of values of two factors meet in at least one variant."""

    variants: tuple[Variant, ...]
    possible: int
    pairs: int
    pairs_met: int

    @property
    def full(self) -> bool:
        return len(self.variants) == self.possible


def matrix(base_prompt: str, *, factors: Mapping[str, Sequence[str]], most: int) -> Matrix:
    """All combinations if they are at most `most`, else a balanced fraction of them.

    The fraction meets every pair of values of two factors where `most` allows it, in as few
    variants as a greedy choice finds, and uses the values evenly. Raises Refused.
    """
    levels = _checked(factors)
    if not 1 <= most <= MOST_VARIANTS:
        raise Refused(f"Make 1 to {MOST_VARIANTS} variants, not {most}.", field="most")
    possible = prod(len(values) for values in levels.values())
    if possible > MOST_POSSIBLE:
        raise Refused(
            f"These are {possible:,} combinations; {MOST_POSSIBLE:,} are the most. Take values"
            " away.",
            field="factors",
        )
    rows = list(product(*levels.values()))
    chosen = rows if possible <= most else _fraction(rows, levels=levels, most=most)
    names = tuple(levels)
    every = {pair for row in rows for pair in _pairs(names, row)}
    met = {pair for row in chosen for pair in _pairs(names, row)}
    variants = tuple(_variant(base_prompt, dict(zip(names, row, strict=True))) for row in chosen)
    return Matrix(variants=variants, possible=possible, pairs=len(every), pairs_met=len(met))


def _checked(factors: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    levels = {}
    for name in factors:
        if name not in FACTORS:
            raise Refused(f"Choose factors of {', '.join(FACTORS)}.", field=f"factors.{name}")
    for name in FACTORS:
        values = tuple(dict.fromkeys(" ".join(value.split()) for value in factors.get(name, ())))
        values = tuple(value for value in values if value)
        field = f"factors.{name}"
        if len(values) > MOST_VALUES:
            raise Refused(f"Keep it to {MOST_VALUES} values.", field=field)
        if any(len(value) > LONGEST_VALUE for value in values):
            raise Refused(f"Keep a value under {LONGEST_VALUE + 1} characters.", field=field)
        if values:
            levels[name] = values
    if not any(len(values) > 1 for values in levels.values()):
        raise Refused("Give at least one factor two values.", field="factors", code="required")
    return levels


def _fraction(
    rows: Sequence[Combination], *, levels: Mapping[str, Sequence[str]], most: int
) -> list[Combination]:
    """Greedily the row with most pairs that have not met, of those the one whose values were
    used least; until all have met or there are `most`."""
    names = tuple(levels)
    pairs_of = {row: frozenset(_pairs(names, row)) for row in rows}
    unmet = set().union(*pairs_of.values())
    used: Counter[tuple[str, str]] = Counter()
    order = {row: at for at, row in enumerate(rows)}
    chosen: list[Combination] = []

    def worth(row: Combination) -> tuple[int, int, int]:
        worn = sum(used[level] for level in zip(names, row, strict=True))
        return len(pairs_of[row] & unmet), -worn, -order[row]

    while unmet and len(chosen) < most:
        best = max((row for row in rows if row not in chosen), key=worth)
        chosen.append(best)
        unmet -= pairs_of[best]
        used.update(zip(names, best, strict=True))
    return sorted(chosen, key=order.__getitem__)


def _pairs(names: Sequence[str], row: Combination) -> Iterable[Pair]:
    """Pairs of values of two factors; with one factor alone, each value stands for itself."""
    levels = list(zip(names, row, strict=True))
    return combinations(levels, min(2, len(levels)))


def _variant(base_prompt: str, factors: dict[str, str]) -> Variant:
    prompt = compose(base_prompt, factors)
    if len(prompt) > LONGEST_PROMPT:
        raise Refused(
            f"With these words the prompt has {len(prompt)} characters; {LONGEST_PROMPT} are the"
            " most. Shorten the values or the shot's prompt.",
            field="factors",
        )
    return Variant(factors=factors, prompt=prompt)
