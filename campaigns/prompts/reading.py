"""A prompt taken apart into words that know where they stand. One pass, no backtracking."""

import re
from dataclasses import dataclass
from functools import cached_property

# Letters and digits of any script. Private-use characters stand for protected phrases while a
# prompt is rewritten, and count as letters so that nothing takes them apart.
LETTER = r"(?:[^\W_]|[\ue000-\uf8ff])"
WORD = re.compile(rf"{LETTER}+(?:['’]{LETTER}+)*")
DIRECTIVE = re.compile(r"\[\[\s{0,9}sandbox\s{0,9}:[^\[\]]*\]\]", re.IGNORECASE)
INSIDE_A_PHRASE = frozenset(" -\u2010\u2011\u00a0")
ENDS_A_SENTENCE = frozenset(".!?\n")
ENDS_A_CLAUSE = ENDS_A_SENTENCE | frozenset(",;:–—()")


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """`text` is lower case; `start` and `end` count characters of the prompt."""

    text: str
    start: int
    end: int
    capital: bool


@dataclass(frozen=True, kw_only=True)
class Reading:
    """`text` has blanks in place of sandbox directives, so that all places stay."""

    text: str
    words: tuple[Word, ...]

    @cached_property
    def gaps(self) -> tuple[str, ...]:
        """What stands before each word, beginning at the word before it."""
        ends = (0, *(word.end for word in self.words))
        return tuple(
            self.text[end : word.start] for end, word in zip(ends, self.words, strict=False)
        )

    def joined(self, index: int) -> bool:
        """Whether this word may continue a phrase that the word before it began."""
        gap = self.gaps[index]
        return 0 < len(gap) <= 3 and INSIDE_A_PHRASE.issuperset(gap)

    def opens_clause(self, index: int) -> bool:
        return index == 0 or not ENDS_A_CLAUSE.isdisjoint(self.gaps[index])

    def end_of_clause(self, index: int) -> int:
        """The index after the last word of this word's clause."""
        index += 1
        while index < len(self.words) and not self.opens_clause(index):
            index += 1
        return index


def read(prompt: str) -> Reading:
    text = DIRECTIVE.sub(lambda found: " " * len(found[0]), prompt)
    words = tuple(
        Word(
            text=found[0].lower().replace("’", "'"),
            start=found.start(),
            end=found.end(),
            capital=found[0][0].isupper(),
        )
        for found in WORD.finditer(text)
    )
    return Reading(text=text, words=words)
