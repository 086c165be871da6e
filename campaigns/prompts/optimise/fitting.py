"""Making a prompt as short as an offer wants it: the least important goes first."""

from collections.abc import Callable

from campaigns.prompts.optimise.clauses import About, Clause

Fits = Callable[[list[Clause]], bool]
Holds = Callable[[str], bool]
# What is let go of first; the first clause of the scene never goes as a whole.
LAST_TO_GO = (About.BODY, About.LENS, About.LIGHT, About.CAMERA)


def shortened(
    clauses: list[Clause], *, fits: Fits, holds: Holds, only: tuple[About, ...] = LAST_TO_GO
) -> tuple[list[Clause], list[Clause]]:
    """The clauses that stay, and those that went. Clauses with a locked phrase stay."""
    kept, gone = list(clauses), []
    while not fits(kept):
        weakest = _weakest(kept, holds=holds, only=only)
        if weakest is None:
            break
        gone.append(kept.pop(weakest))
    return kept, gone


def _weakest(clauses: list[Clause], *, holds: Holds, only: tuple[About, ...]) -> int | None:
    body = [place for place, one in enumerate(clauses) if one.about is About.BODY]
    for about in only:
        places = [place for place, one in enumerate(clauses) if one.about is about]
        droppable = [
            place
            for place in places
            if not holds(clauses[place].text) and place not in body[:1] and len(clauses) > 1
        ]
        if droppable:
            return droppable[-1]
    return None


def cut_to_words(text: str, *, fits: Callable[[str], bool], holds: Holds) -> str:
    """As many words from the front as fit, and every one that holds a locked phrase."""
    words = text.split(" ")
    place = len(words) - 1
    while place >= 0 and not fits(" ".join(words)):
        if not holds(words[place]):
            del words[place]
        place -= 1
    kept = " ".join(words)
    if kept and fits(kept):
        return kept
    return _cut_to_letters(text, fits=fits, holds=holds)


def _cut_to_letters(text: str, *, fits: Callable[[str], bool], holds: Holds) -> str:
    """One endless word: its beginning, or the locked phrases alone."""
    locked = [letter for letter in text if holds(letter)]
    if locked:
        return " ".join(locked)
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(text[:middle]) else (low, middle - 1)
    return text[:low].rstrip()
