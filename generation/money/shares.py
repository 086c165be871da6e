"""The lines at which somebody is told: percentages of a limit, in micro-dollars."""

from collections.abc import Iterable


def line_of(share: int, *, limit: int) -> int:
    """The least use, held and spent together, that comes to the share; never nothing at all."""
    return max(1, -(-limit * share // 100))


def next_line(shares: Iterable[int], *, limit: int, used: int) -> int | None:
    """The first line above what is used; None when all are behind."""
    return min((line for s in shares if (line := line_of(s, limit=limit)) > used), default=None)


def crossed(shares: Iterable[int], *, limit: int, above: int, used: int) -> list[int]:
    """The shares, rising, whose lines lie above `above` and are reached by `used`."""
    return sorted({s for s in shares if above < line_of(s, limit=limit) <= used})
