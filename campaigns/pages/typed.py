"""Lists as people type them, one entry a line, and the same lists as text again."""

from collections.abc import Iterable, Mapping

from campaigns.briefs import Claim
from campaigns.clients import Colour
from generation.asks import Refused

BAR = "|"


def lines_typed(text: str) -> tuple[str, ...]:
    """Blank lines mean nothing."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def lines_told(lines: Iterable[str]) -> str:
    return "\n".join(lines)


def claims_typed(text: str) -> tuple[Claim, ...]:
    """ "Sleeps 30 % better | Study of 2025" on each line; the proof may be missing."""
    halves = [line.partition(BAR) for line in lines_typed(text)]
    return tuple(Claim(text=said.strip(), proof=proof.strip()) for said, _, proof in halves)


def claims_told(claims: Iterable[Claim]) -> str:
    told = (f"{one.text} {BAR} {one.proof}" if one.proof else one.text for one in claims)
    return "\n".join(told)


def colours_typed(text: str) -> tuple[Colour, ...]:
    """ "Amber #FFB224" on each line; the name may be missing, and may stand on either side."""
    return tuple(map(_colour, lines_typed(text)))


def colours_told(colours: Iterable[Mapping[str, str]]) -> str:
    return "\n".join(f"{one['name']} {one['hex']}".strip() for one in colours)


def pairs_typed(text: str, *, field: str) -> dict[str, str]:
    """ "name = value" on each line. Raises Refused."""
    found: dict[str, str] = {}
    for line in lines_typed(text):
        name, mark, value = line.partition("=")
        if not mark:
            raise Refused(f"Write “{line[:40]}” as name = value.", field=field)
        found[name.strip()] = value.strip()
    return found


def pairs_told(pairs: Mapping[str, str]) -> str:
    return "\n".join(f"{name} = {value}" for name, value in pairs.items())


def _colour(line: str) -> Colour:
    words = line.split()
    at = next((n for n, word in enumerate(words) if word.startswith("#")), len(words) - 1)
    return Colour(name=" ".join(words[:at] + words[at + 1 :]), hex=words[at])
