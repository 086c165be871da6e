"""Whether what happens fits into the seconds, and whether anything happens at all."""

from collections.abc import Iterator

from campaigns.prompts.lexicon import phrases
from campaigns.prompts.review.asked import Asked
from campaigns.prompts.review.findings import Finding, Severity

SECONDS_FOR_ONE = 2  # what one action takes to be seen
MANY_WORDS = 25  # of description, for a picture that is there already


def too_much(asked: Asked) -> Iterator[Finding]:
    """More actions than seconds to show them in."""
    room = max(1, asked.seconds // SECONDS_FOR_ONE)
    groups = {group for group, _ in asked.moves}
    count = len(asked.actions) + max(0, len(groups) - 1)
    if count <= room:
        return
    beyond = asked.actions[room] if len(asked.actions) > room else None
    yield asked.finding(
        "too_much",
        Severity.WARNS,
        message=f"{count} things happen in {asked.seconds} seconds; there is time for {room}.",
        remedy="Keep the one that matters, and give the others clips of their own.",
        at=(beyond.start, beyond.end) if beyond else None,
    )


def describes_the_picture(asked: Asked) -> Iterator[Finding]:
    """The picture shows what is there; the prompt is for what moves."""
    if not asked.animates:
        return
    if not moves(asked):
        yield asked.finding(
            "describes_picture",
            Severity.WARNS,
            message="The picture shows already what is there; nothing says what moves.",
            remedy="Say the motion: slow push in, steam rises, she turns her head.",
        )
    elif len(asked.telling) > MANY_WORDS * max(1, len(asked.actions)):
        yield asked.finding(
            "describes_picture",
            Severity.HINTS,
            message="Most of this describes the picture, which is there already.",
            remedy="Keep what moves, and leave the rest to the picture.",
        )


def moves(asked: Asked) -> bool:
    if asked.moves or asked.actions:
        return True
    return any(True for _ in phrases("motion", "motion").find(asked.reading))
