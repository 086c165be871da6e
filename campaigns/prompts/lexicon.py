"""The word lists of `words/*.toml`, each read once. A list is named by file and keys."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from campaigns.prompts.phrases import Phrases

FOLDER = Path(__file__).parent / "words"


@cache
def _file(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def table(name: str, *keys: str) -> Any:
    """A part of a file, as it stands."""
    part: Any = _file(name)
    for key in keys:
        part = part[key]
    return part


@cache
def phrases(name: str, *keys: str) -> Phrases:
    """A list, or the keys of a table, ready to be looked for."""
    return Phrases(table(name, *keys))


@cache
def words(name: str, *keys: str) -> frozenset[str]:
    """A list of single words."""
    return frozenset(table(name, *keys))


@cache
def grouped(name: str, *keys: str) -> tuple[Phrases, dict[str, str]]:
    """A table of lists: all their phrases, and the group that each belongs to."""
    groups: dict[str, list[str]] = table(name, *keys)
    owner = {phrase: group for group, listed in groups.items() for phrase in listed}
    return Phrases(owner), owner
