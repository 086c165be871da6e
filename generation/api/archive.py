"""A ZIP written as it is read: stored, never deflated, with its whole length known beforehand.

Clips are compressed already. Python's own writer needs to go back in its file or to leave the
sizes for later, which many unpackers refuse for stored files; here each file is read twice
instead, once for its checksum. The 64-bit fields are there for everything past 4 GB.
"""

import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO

CHUNK = 256 * 1024
UTF8_NAMES = 0x0800
VERSION = 45
LOCAL = struct.Struct("<4sHHHHHIIIHH")
CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
CENTRAL_64 = struct.Struct("<HHQQQ")
LOCAL_64 = struct.Struct("<HHQQ")
END_64 = struct.Struct("<4sQHHIIQQQQ")
LOCATOR_64 = struct.Struct("<4sIQI")
END = struct.Struct("<4sHHHHIIH")
WIDE_16, WIDE_32 = 0xFFFF, 0xFFFFFFFF


class Changed(Exception):
    """A file is not as long as it was said to be; the archive is broken off."""


@dataclass(frozen=True, kw_only=True)
class Member:
    """One file of the archive: `open` gives it from its start, `size` is in bytes."""

    name: str
    size: int
    modified: datetime
    open: Callable[[], IO[bytes]]


def length(members: Iterable[Member]) -> int:
    """How many bytes `written` will give."""
    each = LOCAL.size + LOCAL_64.size + CENTRAL.size + CENTRAL_64.size
    total = END_64.size + LOCATOR_64.size + END.size
    return total + sum(each + 2 * len(one.name.encode()) + one.size for one in members)


def written(members: Iterable[Member]) -> Iterator[bytes]:
    """The archive, piece by piece. Raises Changed."""
    directory: list[bytes] = []
    offset = 0
    for member in members:
        crc = _checksum(member)
        head = _local(member, crc=crc)
        yield head
        yield from _content(member)
        directory.append(_central(member, crc=crc, offset=offset))
        offset += len(head) + member.size
    yield from directory
    yield _end(len(directory), size=sum(map(len, directory)), offset=offset)


def _checksum(member: Member) -> int:
    crc = 0
    for piece in _content(member):
        crc = zlib.crc32(piece, crc)
    return crc


def _content(member: Member) -> Iterator[bytes]:
    seen = 0
    with member.open() as file:
        while piece := file.read(CHUNK):
            seen += len(piece)
            if seen > member.size:
                break
            yield piece
    if seen != member.size:
        raise Changed(member.name)


def _local(member: Member, *, crc: int) -> bytes:
    name = member.name.encode()
    extra = LOCAL_64.pack(1, LOCAL_64.size - 4, member.size, member.size)
    time, date = _dos(member.modified)
    sizes = (crc, WIDE_32, WIDE_32, len(name), len(extra))
    head = LOCAL.pack(b"PK\x03\x04", VERSION, UTF8_NAMES, 0, time, date, *sizes)
    return head + name + extra


def _central(member: Member, *, crc: int, offset: int) -> bytes:
    name = member.name.encode()
    extra = CENTRAL_64.pack(1, CENTRAL_64.size - 4, member.size, member.size, offset)
    time, date = _dos(member.modified)
    made_by = 3 << 8 | VERSION  # Unix, so that the file mode below counts
    sizes = (crc, WIDE_32, WIDE_32, len(name), len(extra))
    places = (0, 0, 0, 0o100644 << 16, WIDE_32)
    what = (b"PK\x01\x02", made_by, VERSION, UTF8_NAMES, 0, time, date)
    return CENTRAL.pack(*what, *sizes, *places) + name + extra


def _end(count: int, *, size: int, offset: int) -> bytes:
    wide = END_64.pack(
        b"PK\x06\x06", END_64.size - 12, VERSION, VERSION, 0, 0, count, count, size, offset
    )
    locator = LOCATOR_64.pack(b"PK\x06\x07", 0, offset + size, 1)
    plain = END.pack(b"PK\x05\x06", 0, 0, WIDE_16, WIDE_16, WIDE_32, WIDE_32, 0)
    return wide + locator + plain


def _dos(at: datetime) -> tuple[int, int]:
    """Time and date in the format's own units of two seconds, from 1980."""
    time = at.hour << 11 | at.minute << 5 | at.second // 2
    return time, max(0, at.year - 1980) << 9 | at.month << 5 | at.day
