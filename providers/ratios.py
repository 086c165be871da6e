"""Which native picture shape an asked one is made from when a vendor lacks it."""

from collections.abc import Iterable
from math import log

# Social feeds ask for 4:5, which almost nobody makes. A portrait source loses the least, and a
# square one still keeps the middle of the picture, so this order is fixed by hand.
REFRAMED_FROM = {"4:5": ("3:4", "1:1", "9:16")}


def proportion(ratio: str) -> float:
    """Width over height: "16:9" is 1.78."""
    width, _, height = ratio.partition(":")
    return int(width) / int(height)


def nearest_native(ratio: str, *, natives: Iterable[str]) -> str:
    """The native ratio that `ratio` is cut from: itself, else by hand, else the closest.

    `natives` is not empty and its order breaks ties.
    """
    known = tuple(natives)
    if ratio in known:
        return ratio
    for source in REFRAMED_FROM.get(ratio, ()):
        if source in known:
            return source
    wanted = log(proportion(ratio))
    return min(known, key=lambda native: abs(log(proportion(native)) - wanted))
