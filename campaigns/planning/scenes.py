"""Inventing B-roll scenes from what is known of a product: who it is for and what it is good for.

No chance and no model is at work: the same words and the same seed give the same scenes.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import islice
from math import prod
from random import Random

from campaigns.planning.scene_words import ACTIONS, CAMERAS, LIGHTS, ON_A_SCREEN, SETTINGS

LISTS = (ACTIONS, SETTINGS, CAMERAS, LIGHTS)
# So many scenes differ before the first comes again.
MOST = prod(len(words) for words in LISTS)
# A longer audience or benefit is a text, not a phrase; it is left out rather than cut.
LONGEST_PHRASE = 120
# How many more are looked at than are wanted, where some do not fit.
SPARE = 60

Fits = Callable[[str], bool]


def invent(
    *,
    product_name: str,
    audience: str,
    benefits: Sequence[str],
    count: int,
    seed: int,
    beside: Collection[str] = (),
    fits: Fits = lambda _prompt: True,
) -> tuple[str, ...]:
    """`count` prompts, all different, in an order that `seed` decides.

    Neighbours share neither act, place, camera nor light. `beside` are scenes that there are
    already; none of them comes again. `fits` may turn a prompt down: it is then told with fewer
    of the given words, and passed over if even that does not fit. Raises ValueError for a count
    below 0 or above MOST. Fewer come back only when the given words fit nowhere.
    """
    if not 0 <= count <= MOST:
        raise ValueError(f"Between 0 and {MOST} scenes can be invented, not {count}.")
    known = set(beside)
    found: list[str] = []
    shots = _shots(seed, most=min(MOST, count + len(known) + SPARE) if count else 0)
    goods = [good for good in map(_phrase, benefits) if good] or [""]
    for step, shot in enumerate(shots):
        wordings = _wordings(
            shot, thing=_thing(product_name), whom=_phrase(audience), why=goods[step % len(goods)]
        )
        if known.isdisjoint(wordings):
            found += islice(filter(fits, wordings), 1)
        if len(found) == count:
            break
    return tuple(found)


def _shots(seed: int, *, most: int) -> Iterator[tuple[str, ...]]:
    """Act, place, camera and light of one scene after another."""
    # The order is decoration; nobody is to be kept from guessing it.
    shuffler = Random(seed)  # noqa: S311
    lists = [shuffler.sample(words, len(words)) for words in LISTS]
    for step in range(most):
        yield tuple(words[step % len(words)] for words in lists)


def _wordings(
    shot: tuple[str, ...], *, thing: str, whom: str, why: str
) -> tuple[str, str, str, str]:
    """The scene as told in full, without the benefit, and with ever fewer given words."""
    return (
        _told(shot, thing=thing, whom=whom, why=why),
        _told(shot, thing=thing, whom=whom),
        _told(shot, thing=thing),
        _told(shot, thing="the product"),
    )


def _told(shot: tuple[str, ...], *, thing: str, whom: str = "", why: str = "") -> str:
    act, place, camera, light = shot
    person = f"Person typical of {whom}" if whom else "Person"
    ending = f". The idea to show: {why}" if why else ""
    return f"{person} {act.format(product=thing)} {place}, {camera}, {light}{ending}"


def _thing(product_name: str) -> str:
    name = product_name.strip() or "the product"
    last = name.rsplit(maxsplit=1)[-1].lower()
    return f"{name} on a phone" if last in ON_A_SCREEN else name


def _phrase(text: str) -> str:
    phrase = " ".join(text.split()).rstrip(".!")
    return phrase if len(phrase) <= LONGEST_PHRASE else ""
