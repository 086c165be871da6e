"""Prompts beside each other: which words only one of them has."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True, kw_only=True)
class Words:
    """A run of words, with the blanks after them; `fresh` ones are not in the first text."""

    text: str
    fresh: bool


def against(first: str, text: str) -> tuple[Words, ...]:
    """`text` in runs of words that `first` has too, in the same order, and others."""
    old, new = first.split(), text.split()
    found = []
    for kind, _, _, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if start < end:
            found.append(Words(text=f"{' '.join(new[start:end])} ", fresh=kind != "equal"))
    return tuple(found)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One parameter of all takes; `same` where there is nothing to see."""

    name: str
    values: tuple[str, ...]

    @property
    def same(self) -> bool:
        return len(set(self.values)) == 1


def lines(names: Sequence[str], columns: Sequence[Sequence[str]]) -> tuple[Line, ...]:
    """A table of parameters, what differs in front; columns are takes."""
    rows = [
        Line(name=name, values=tuple(column[at] for column in columns))
        for at, name in enumerate(names)
    ]
    return tuple(sorted(rows, key=lambda row: row.same))
