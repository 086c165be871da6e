"""Taking out of a clause what does not help it, without breaking its grammar."""

from collections.abc import Callable
from dataclasses import dataclass

from campaigns.prompts.lexicon import phrases, words
from campaigns.prompts.phrases import Match, Phrases
from campaigns.prompts.reading import Reading, read
from campaigns.prompts.spans import Span, Spans

VOWELS = frozenset("aeiou")
DANGLING = frozenset(
    (
        *("a", "an", "the", "and", "or", "with", "without", "but", "that", "has", "have"),
        *("is", "are", "there", "which", "while", "of", "in", "on", "at", "very"),
    )
)


@dataclass(frozen=True, kw_only=True)
class Cut:
    """What is left of a clause, and what was taken out of it."""

    text: str
    taken: tuple[str, ...]


Keeps = Callable[[str], bool]


def without_opinions(text: str) -> Cut:
    return _without(text, phrases("wording", "subjective"), but=("wording", "but", "phrases"))


def without_boosters(text: str) -> Cut:
    return _without(text, phrases("wording", "boosters", "phrases"))


def without_lead_in(text: str) -> Cut:
    """The request in front of what is meant: "Make a video of a dog" is a dog."""
    reading = read(text)
    asking, medium = words("subject", "asking"), phrases("subject", "medium")
    ties, ends = words("subject", "ties"), words("subject", "lead_ins")
    if not reading.words or reading.words[0].text not in asking:
        return Cut(text=text, taken=())
    for place, word in enumerate(reading.words):
        if word.text in ends and any(w.text in medium for w in reading.words[:place]):
            rest = text[word.end :].strip()
            if read(rest).words:
                return Cut(text=rest, taken=(text[: word.end].strip(),))
        if not (word.text in asking or word.text in medium or word.text in ties):
            break
    return Cut(text=text, taken=())


def _without(text: str, listed: Phrases, *, but: tuple[str, ...] = ()) -> Cut:
    reading = read(text)
    spared = Spans((m.start, m.end) for m in phrases(*but).find(reading)) if but else Spans(())
    found = [
        _widened(reading, match)
        for match in listed.find(reading)
        if not spared.touch(match.start, match.end) and _attributive(reading, match)
    ]
    places = Spans(found).places
    if not places:
        return Cut(text=text, taken=())
    return Cut(text=_closed_up(text, places), taken=tuple(text[a:b].strip() for a, b in places))


def _attributive(reading: Reading, match: Match) -> bool:
    """Before a noun, or all that there is: only then can it go without a trace."""
    alone = match.first == 0 and match.after == len(reading.words)
    return alone or match.after < len(reading.words) or _after_a_joint(reading, match.first)


def _after_a_joint(reading: Reading, first: int) -> bool:
    return first > 0 and reading.words[first - 1].text in ("and", "or")


def _widened(reading: Reading, match: Match) -> Span:
    """With "very" before it, and with the "and" that joined it to its neighbour."""
    start, end = match.start, match.end
    first = match.first
    while first and reading.words[first - 1].text in words("wording", "intensifiers", "words"):
        first -= 1
        start = reading.words[first].start
    following = reading.words[match.after] if match.after < len(reading.words) else None
    if following and following.text == "and" and reading.joined(match.after):
        return start, following.end
    if _after_a_joint(reading, first):
        start = reading.words[first - 1].start
    return start, end


def _closed_up(text: str, places: tuple[Span, ...]) -> str:
    """The text without those places, with "a" and "an" as the next word wants them."""
    left, end = "", 0
    for start, stop in places:
        left = _article(left + text[end:start], text[stop:])
        end = stop
    return " ".join((left + text[end:]).split())


def _article(before: str, after: str) -> str:
    words_before, following = before.split(), after.split()
    if not words_before or not following or words_before[-1].lower() not in ("a", "an"):
        return before
    article = "an" if following[0][0].lower() in VOWELS else "a"
    kept = before.rstrip()
    written = kept[-len(words_before[-1]) :]
    article = article.capitalize() if written[0].isupper() else article
    return kept[: -len(written)] + article + " "


def tidy_end(text: str) -> str:
    """Without the words at the end that led to what is gone."""
    kept = text.split()
    while kept and kept[-1].lower().strip("-–:") in DANGLING:
        kept.pop()
    return " ".join(kept)
