"""Locked phrases become one character each while a prompt is rewritten, and come back after.

A private-use character is no word of any list and no mark that text is split at, so no edit can
reach into a phrase: it can only be moved as a whole, or kept where it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from campaigns.prompts.reading import DIRECTIVE, WORD
from campaigns.prompts.spans import occurrences

FIRST, LAST = 0xE000, 0xF8FF


@dataclass(frozen=True)
class Guarded:
    """`text` without sandbox directives, which go back to its end."""

    text: str
    phrases: dict[str, str]
    directives: str

    def restored(self, text: str) -> str:
        """The text as it is sent."""
        return " ".join(part for part in (self.spelled(text), self.directives) if part)

    def spelled(self, text: str) -> str:
        """A piece of it with its locked phrases."""
        return "".join(self.phrases.get(character, character) for character in text)

    def holds(self, text: str) -> bool:
        """Whether a piece has a locked phrase in it."""
        return not self.phrases.keys().isdisjoint(text)


def guard(prompt: str, locked: Sequence[str]) -> Guarded | None:
    """None where there are more locked places than characters to stand for them."""
    text = DIRECTIVE.sub(" ", prompt)
    directives = " ".join(found[0] for found in DIRECTIVE.finditer(prompt))
    places = occurrences(text, _phrases(locked), exactly=True).places
    used = set(text)
    free = [chr(code) for code in range(FIRST, LAST + 1) if chr(code) not in used]
    if len(places) > len(free):
        return None
    phrases: dict[str, str] = {}
    pieces, end = [], 0
    for stand_in, (start, stop) in zip(free, places, strict=False):
        phrases[stand_in] = text[start:stop]
        pieces += [text[end:start], stand_in]
        end = stop
    return Guarded("".join([*pieces, text[end:]]), phrases, directives)


def lost(original: str, rewritten: str, locked: Sequence[str]) -> str:
    """A locked phrase of the original that the rewriting lacks; empty where all are there."""
    for phrase in _phrases(locked):
        if original.count(phrase) > rewritten.count(phrase):
            return phrase
    return ""


def directives(text: str) -> list[str]:
    return sorted(found[0] for found in DIRECTIVE.finditer(text))


def _phrases(locked: Sequence[str]) -> list[str]:
    """A mark without a letter or digit is no phrase: sentences could not be joined around it."""
    return sorted({phrase.strip() for phrase in locked if WORD.search(phrase)})
