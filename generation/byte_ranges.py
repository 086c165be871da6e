"""The part of a file that a `Range` header asks for (RFC 9110, section 14)."""

import re
from dataclasses import dataclass

ONE_RANGE = re.compile(r"bytes=\s*([0-9]{0,18})-([0-9]{0,18})\s*", re.IGNORECASE | re.ASCII)


class Unsatisfiable(Exception):
    """The file has no byte of the part that is asked for."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """`length` bytes from `start` on."""

    start: int
    length: int


def read_range(header: str, *, size: int) -> Part | None:
    """The one part asked for in a file of `size` bytes, or None for the whole file.

    Several parts at once, other units and nonsense are answered by the whole file, as the
    standard allows. Raises Unsatisfiable.
    """
    found = ONE_RANGE.fullmatch(header.strip())
    if found is None or found[1] == found[2] == "":
        return None
    if not found[1]:
        return _last(int(found[2]), size=size)
    start = int(found[1])
    end = int(found[2]) if found[2] else size - 1
    if found[2] and end < start:
        return None
    if start >= size:
        raise Unsatisfiable
    return Part(start=start, length=min(end, size - 1) - start + 1)


def _last(count: int, *, size: int) -> Part:
    if count == 0 or size == 0:
        raise Unsatisfiable
    length = min(count, size)
    return Part(start=size - length, length=length)
