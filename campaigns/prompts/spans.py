"""Places in a text: sorted, apart from one another, and quick to ask."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence

Span = tuple[int, int]


class Spans:
    """Places in the order of the text; overlapping ones are one."""

    def __init__(self, places: Iterable[Span]) -> None:
        self.places = merged(places)
        self._ends = [end for _, end in self.places]

    def touch(self, start: int, end: int) -> bool:
        """Whether any of them overlaps the place from `start` to before `end`."""
        index = bisect_left(self._ends, start + 1)
        return index < len(self.places) and self.places[index][0] < end


def merged(places: Iterable[Span]) -> tuple[Span, ...]:
    kept: list[Span] = []
    for start, end in sorted(places):
        if kept and start < kept[-1][1]:
            kept[-1] = (kept[-1][0], max(end, kept[-1][1]))
        else:
            kept.append((start, end))
    return tuple(kept)


def occurrences(text: str, locked: Sequence[str], *, exactly: bool = False) -> Spans:
    """Where the locked phrases stand in a text, whatever their case unless `exactly`."""
    lower = text.lower()
    if exactly or len(lower) != len(text):  # a few capitals grow when they become small
        return Spans(_found(text, {phrase.strip() for phrase in locked}))
    return Spans(_found(lower, {phrase.strip().lower() for phrase in locked}))


def _found(text: str, phrases: set[str]) -> Iterable[Span]:
    for phrase in phrases - {""}:
        start = text.find(phrase)
        while start >= 0:
            yield start, start + len(phrase)
            start = text.find(phrase, start + 1)
