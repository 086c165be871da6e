"""From clauses back to a text, in the order that a provider follows best."""

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from campaigns.prompts.optimise.clauses import About, Clause

FILE = Path(__file__).with_name("renderings.toml")
LABELS = (
    ("Shot", About.CAMERA),
    ("Scene", About.BODY),
    ("Lens", About.LENS),
    ("Lighting", About.LIGHT),
)


@dataclass(frozen=True)
class Rendering:
    """`camera` is front, back or empty; `comfortable` is in characters, 0 for no bound."""

    camera: str = ""
    labels: bool = False
    comfortable: int = 0
    reason: str = ""


@cache
def rendering_of(provider: str) -> Rendering:
    known = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return Rendering(**known.get(provider, {}))


def ordered(clauses: list[Clause], rendering: Rendering) -> list[Clause]:
    """The camera's clauses in front or behind; the others keep their order."""
    if rendering.labels:
        return [one for _, about in LABELS for one in clauses if one.about is about]
    if not rendering.camera:
        return clauses
    camera = [one for one in clauses if one.about is About.CAMERA]
    others = [one for one in _closed(clauses) if one.about is not About.CAMERA]
    if not camera or not others:
        return clauses
    if rendering.camera == "front":
        return [*_one_sentence(camera), *others]
    sentences = any(one.ends for one in others[:-1])
    others[-1] = replace(others[-1], ends=sentences)
    return [*others, *_one_sentence(camera)]


def _closed(clauses: list[Clause]) -> list[Clause]:
    """Where a camera clause ended a sentence, the clause before it ends it."""
    kept: list[Clause] = []
    for clause in clauses:
        if clause.about is About.CAMERA and clause.ends and kept:
            kept[-1] = replace(kept[-1], ends=True)
        if clause.about is not About.CAMERA:
            kept.append(clause)
    return kept


def _one_sentence(clauses: list[Clause]) -> list[Clause]:
    last = len(clauses) - 1
    return [replace(one, ends=place == last) for place, one in enumerate(clauses)]


def text_of(clauses: list[Clause], rendering: Rendering) -> str:
    """One text. A label stands before each group where there is more than one."""
    groups = {clause.about for clause in clauses}
    if rendering.labels and len(groups) > 1:
        parts = [
            f"{label}: {_sentences([one for one in clauses if one.about is about])}"
            for label, about in LABELS
            if about in groups
        ]
        return " ".join(part if part.endswith(".") else f"{part}." for part in parts)
    return _sentences(clauses)


def _sentences(clauses: list[Clause]) -> str:
    said = ""
    for place, clause in enumerate(clauses):
        opens = place == 0 or clauses[place - 1].ends
        joint = "" if place == 0 else (". " if opens else ", ")
        said += joint + _cased(clause, opens=opens)
    several = any(clause.ends for clause in clauses[:-1])
    return f"{said}." if several else said


def _cased(clause: Clause, *, opens: bool) -> str:
    """A capital where a sentence opens; none in it, where the word is one of the camera's."""
    first, _, rest = clause.text.partition(" ")
    if opens and first.isascii() and first.isalpha() and first.islower():
        first = first.capitalize()
    elif opens and "-" in first and first.isascii() and first.islower():
        first = first[0].upper() + first[1:]
    elif not opens and clause.about is not About.BODY and first.istitle() and first.isascii():
        first = first.lower()
    return f"{first} {rest}" if rest else first
