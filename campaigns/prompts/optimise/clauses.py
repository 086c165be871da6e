"""A prompt as clauses, each known for what it speaks of."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from campaigns.prompts.lexicon import grouped, phrases, table, words
from campaigns.prompts.optimise.protecting import Guarded
from campaigns.prompts.reading import Reading, read

BREAK = re.compile(r"[,;\n]|[.!?]+(?=\s|$)")
LABEL = re.compile(r"(?:camera|shot|scene|subject|action|lens|lighting|light|style):\s*", re.I)


class About(StrEnum):
    CAMERA = "camera"
    LENS = "lens"
    LIGHT = "light"
    BODY = "body"


@dataclass(frozen=True)
class Clause:
    """`ends` says whether a sentence ends behind it."""

    text: str
    ends: bool
    about: About = About.BODY


def split(guarded: Guarded, text: str) -> Iterator[Clause]:
    """The clauses with something in them, without labels."""
    start = 0
    for mark in BREAK.finditer(text):
        yield from clause_of(guarded, text[start : mark.start()], ends=mark[0] not in ",;")
        start = mark.end()
    yield from clause_of(guarded, text[start:], ends=True)


def clause_of(guarded: Guarded, text: str, *, ends: bool) -> Iterator[Clause]:
    """None where no word is left. It is judged with its locked phrases spelled out."""
    text = " ".join(text.split())
    while label := LABEL.match(text):
        text = text[label.end() :]
    if read(text).words:
        yield Clause(text, ends, about(guarded.spelled(text)))


def about(text: str) -> About:
    """What a clause speaks of. One that tells more than the camera or the light is body."""
    reading = read(text)
    if not reading.words:
        return About.BODY
    if _only_camera(reading):
        moves = any(True for _ in grouped("camera", "moves")[0].find(reading))
        return About.LENS if not moves and _lens(reading) else About.CAMERA
    return About.LIGHT if _only_light(reading) else About.BODY


def _only_camera(reading: Reading) -> bool:
    listed = [grouped("camera", name)[0] for name in ("moves", "other")]
    found = [match for one in listed for match in one.find(reading)]
    covered = {place for match in found for place in range(match.first, match.after)}
    beside = words("camera", "beside", "words")
    return bool(found) and all(
        place in covered or word.text in beside for place, word in enumerate(reading.words)
    )


def _lens(reading: Reading) -> bool:
    others, owner = grouped("camera", "other")
    return any(owner[match.phrase] == "lens" for match in others.find(reading))


def _only_light(reading: Reading) -> bool:
    short = len(reading.words) <= table("light", "longest_clause")
    if not short or any(True for _ in phrases("light", "not_light").find(reading)):
        return False
    if phrases("light", "openers").at(reading, 0):
        return True
    ends = phrases("light", "ends").find(reading)
    return any(match.after == len(reading.words) for match in ends) and not _acts(reading)


def _acts(reading: Reading) -> bool:
    spared = words("motion", "not_actions")
    if any(True for _ in phrases("motion", "actions").find(reading)):
        return True
    joined = {"in", "on", "at", "with", "under", "of", "through"}
    return any(
        word.text in joined or (word.text.endswith("ing") and word.text not in spared)
        for word in reading.words
    )
