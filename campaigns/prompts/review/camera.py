"""How it is seen: camera, light, and moves that cannot be made at once."""

from collections.abc import Iterator
from functools import cache

from campaigns.prompts.lexicon import phrases, table
from campaigns.prompts.phrases import Match, Phrases
from campaigns.prompts.review.asked import Asked
from campaigns.prompts.review.findings import Finding, Severity
from campaigns.prompts.review.subject import ENOUGH

LONG_ENOUGH_FOR_BOTH = 6  # seconds in which one move may follow the other


def no_camera(asked: Asked) -> Iterator[Finding]:
    """Nothing says how near the camera is or how it moves."""
    if asked.camera_words or len(asked.telling) < ENOUGH:
        return
    yield asked.finding(
        "no_camera",
        Severity.HINTS,
        message="The camera is left to chance.",
        remedy="Name a distance and one move: close-up, slow push in.",
    )


def no_light(asked: Asked) -> Iterator[Finding]:
    """Nothing says where the light comes from. A picture brings its own."""
    if asked.animates or asked.lit or len(asked.telling) < ENOUGH:
        return
    yield asked.finding(
        "no_light",
        Severity.HINTS,
        message="The light is left to chance.",
        remedy="Name it: soft window light, low evening sun, studio lighting.",
    )


def conflicting_moves(asked: Asked) -> Iterator[Finding]:
    """Two moves that one camera cannot make at the same time."""
    if asked.seconds >= LONG_ENOUGH_FOR_BOTH and _has_an_order(asked):
        return
    for pair in table("camera", "opposites"):
        first = _first(asked.moves, pair["one"])
        second = _first(asked.moves, pair["other"])
        if first and second:
            yield _conflict(
                asked,
                first,
                second,
                remedy=f"Keep one of them for {asked.seconds} seconds, or make two clips.",
            )


def conflicting_settings(asked: Asked) -> Iterator[Finding]:
    """Two states of the world that exclude each other."""
    for one, other in _settings():
        first = next(one.find(asked.reading), None)
        second = next(other.find(asked.reading), None)
        if first and second and not first.overlaps(second):
            remedy = "Keep one of them, or make two clips and cut between them."
            yield _conflict(asked, first, second, remedy=remedy)


@cache
def _settings() -> tuple[tuple[Phrases, Phrases], ...]:
    pairs = table("motion", "opposites")
    return tuple((Phrases(pair["one"]), Phrases(pair["other"])) for pair in pairs)


def _conflict(asked: Asked, first: Match, second: Match, *, remedy: str) -> Finding:
    early, late = sorted((first, second), key=lambda match: match.start)
    return asked.finding(
        "conflict",
        Severity.WARNS,
        message=f"“{asked.said(early)}” and “{asked.said(late)}” contradict each other.",
        remedy=remedy,
        at=(late.start, late.end),
    )


def _first(moves: list[tuple[str, Match]], groups: list[str]) -> Match | None:
    return next((match for group, match in moves if group in groups), None)


def _has_an_order(asked: Asked) -> bool:
    return any(True for _ in phrases("motion", "sequence").find(asked.reading))
