"""Is there anything to see? Whether the prompt names a subject and what it does."""

from collections.abc import Iterator

from campaigns.prompts.lexicon import phrases, table
from campaigns.prompts.review.asked import Asked
from campaigns.prompts.review.findings import Finding, Severity

ENOUGH = 3  # words that can be seen
EXAMPLE = "for example: a runner ties her shoe on a wet track, close-up, low morning sun"


def too_vague(asked: Asked) -> Iterator[Finding]:
    """A thing and nothing else: "Phone"."""
    count = len(asked.telling)
    told_otherwise = _asks_for_a_film(asked) or (count and asked.opinions)
    if asked.animates or count >= ENOUGH or told_otherwise:
        return
    if not asked.reading.words:
        message = "There is nothing to film yet."
    elif count <= 1:
        message = "Too vague: one thing is named, and nothing about it."
    else:
        message = "Too vague: two words leave nearly everything to chance."
    yield asked.finding(
        "too_vague",
        Severity.BLOCKS if count <= 1 else Severity.WARNS,
        message=message,
        remedy=f"Say who or what, what happens, where, and how the camera sees it; {EXAMPLE}.",
    )


def no_details(asked: Asked) -> Iterator[Finding]:
    """Asks for a film and not for what is in it: "Make a video"."""
    if asked.telling or not _asks_for_a_film(asked):
        return
    yield asked.finding(
        "no_details",
        Severity.BLOCKS,
        message="No details: it asks for a film, not for what is to be seen in it.",
        remedy=f"Describe one moment: who or what, what happens, where; {EXAMPLE}.",
    )


def unclear(asked: Asked) -> Iterator[Finding]:
    """A theme without anything that happens: "Cool gym scene"."""
    count = len(asked.telling)
    loose = _asks_for_a_film(asked) or asked.opinions
    if asked.animates or not loose or not 0 < count < ENOUGH or asked.actions:
        return
    yield asked.finding(
        "unclear",
        Severity.WARNS,
        message="Unclear: it names a theme, not what happens in it.",
        remedy=f"Say who does what there; {EXAMPLE}.",
    )


def subjective(asked: Asked) -> Iterator[Finding]:
    """Words of opinion, which no camera can see."""
    instead = table("wording", "subjective")
    for match in asked.opinions:
        word = asked.said(match)
        yield asked.finding(
            "subjective",
            Severity.WARNS,
            message=f"“{word}” is an opinion; nobody can film it.",
            remedy=f"In its place, {instead[match.phrase]}.",
            at=(match.start, match.end),
        )


def boosters(asked: Asked) -> Iterator[Finding]:
    """Praise for the picture, which buys nothing."""
    for match in asked.matches(phrases("wording", "boosters", "phrases")):
        if asked.own.touch(match.start, match.end):
            continue
        yield asked.finding(
            "boosters",
            Severity.HINTS,
            message=f"“{asked.said(match)}” changes nothing: the offer decides the resolution.",
            remedy="Leave it out, and use the room for light or material.",
            at=(match.start, match.end),
        )


def _asks_for_a_film(asked: Asked) -> bool:
    medium = phrases("subject", "medium")
    asking = phrases("subject", "asking")
    return any(word.text in medium or word.text in asking for word in asked.reading.words)
