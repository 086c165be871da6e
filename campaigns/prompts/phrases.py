"""Finding listed phrases in a prompt: each word is looked up once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from campaigns.prompts.reading import WORD, Reading


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """A listed phrase at words `first` to before `after`; `start` and `end` are characters."""

    phrase: str
    first: int
    after: int
    start: int
    end: int

    def overlaps(self, other: "Match") -> bool:
        return other.start < self.end and self.start < other.end


class Phrases:
    """A list of phrases, found as whole words whatever their case; the longest one wins."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._known: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for phrase in phrases:
            parts = tuple(found[0].lower() for found in WORD.finditer(phrase))
            if parts:
                self._known.setdefault(parts[0], []).append((parts, phrase))
        for listed in self._known.values():
            listed.sort(key=lambda entry: -len(entry[0]))

    def __contains__(self, word: str) -> bool:
        return any(len(parts) == 1 for parts, _ in self._known.get(word, ()))

    def find(self, reading: Reading) -> Iterator[Match]:
        """Matches from left to right; none overlaps another."""
        index = 0
        while index < len(reading.words):
            match = self.at(reading, index)
            if match is None:
                index += 1
                continue
            yield match
            index = match.after

    def at(self, reading: Reading, index: int) -> Match | None:
        """The longest phrase that begins at this word."""
        for parts, phrase in self._known.get(reading.words[index].text, ()):
            after = index + len(parts)
            if after <= len(reading.words) and self._holds(reading, index, parts):
                return Match(
                    phrase=phrase,
                    first=index,
                    after=after,
                    start=reading.words[index].start,
                    end=reading.words[after - 1].end,
                )
        return None

    @staticmethod
    def _holds(reading: Reading, index: int, parts: tuple[str, ...]) -> bool:
        return all(
            reading.words[index + step].text == part and (step == 0 or reading.joined(index + step))
            for step, part in enumerate(parts)
        )
