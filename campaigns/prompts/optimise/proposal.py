"""A proposal: what would be sent in place of what was written, and why."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from campaigns.prompts.review import Finding

WORDS = re.compile(r"(?:[^\s,.;:!?]+|[,.;:!?]+)\s*|\s+")


@dataclass(frozen=True, kw_only=True)
class Brand:
    """What of a client's brand kit a prompt can follow."""

    voice: str = ""
    avoid: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Change:
    """One thing that was done. `before` is empty for an addition, `after` for a removal."""

    rule: str
    reason: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A stretch of the difference between two texts."""

    kind: Literal["equal", "insert", "delete"]
    text: str


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """`original` is kept beside `rewritten`; they are equal where nothing was to be done.
    `source` is rules or language_model; `notes` say what no rewriting can settle."""

    original: str
    rewritten: str
    negative_prompt: str
    changes: tuple[Change, ...]
    diff: tuple[Piece, ...]
    findings_before: tuple[Finding, ...]
    findings_after: tuple[Finding, ...]
    notes: tuple[str, ...] = ()
    source: str = "rules"


def difference(old: str, new: str) -> tuple[Piece, ...]:
    """Word by word; the equal and deleted pieces together are `old`, equal and inserted `new`."""
    return tuple(Piece(kind=kind, text=text) for kind, text in _pieces(old, new) if text)


def _pieces(old: str, new: str) -> Iterator[tuple[Literal["equal", "insert", "delete"], str]]:
    before, after = WORDS.findall(old), WORDS.findall(new)
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield "equal", "".join(before[i:j])
            continue
        yield "delete", "".join(before[i:j])
        yield "insert", "".join(after[k:m])
