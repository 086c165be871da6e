"""Parts that were made before, by the hash of all that they are made of.

The files can be thrown away at any time: they only save the making.
"""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from footage.animatic import AnimaticCard
from footage.digest import file_sha256
from footage.writing import Shape

# Counts the changes of how parts are drawn and encoded: with a new one, all are made anew.
_DRAWN = 1


@dataclass(frozen=True, kw_only=True)
class PartFiles:
    """Where a part's picture and sound are kept."""

    picture: Path
    sound: Path


def part_files(cache: Path, source: AnimaticCard | Path, *, shape: Shape) -> PartFiles:
    """The files of this content in this shape, there or not. Reads a clip to its end."""
    whole = hashlib.sha256(repr((_DRAWN, shape, _content(source))).encode()).hexdigest()
    return PartFiles(picture=cache / f"{whole}.mp4", sound=cache / f"{whole}.wav")


def _content(source: AnimaticCard | Path) -> tuple[object, ...]:
    if isinstance(source, Path):
        return ("clip", file_sha256(source))
    picture = hashlib.sha256(source.picture).hexdigest()
    said = (source.number, source.role, source.words, source.camera, source.seed)
    return ("card", *said, picture)


def used(path: Path) -> None:
    """Remember that a part was asked for today."""
    os.utime(path)


def trim_cache(cache: Path, *, most_bytes: int) -> int:
    """Remove what was not asked for longest, until the rest fits. Returns how many files went."""
    files = [(path.stat(), path) for path in cache.glob("*.*") if path.is_file()]
    held = sum(stat.st_size for stat, _ in files)
    gone = 0
    for stat, path in sorted(files, key=lambda pair: pair[0].st_mtime):
        if held <= most_bytes:
            break
        path.unlink(missing_ok=True)
        held -= stat.st_size
        gone += 1
    return gone
