"""The same bytes are judged once: a clip that has been checked is not decoded again and again."""

import shutil
import tempfile
from pathlib import Path

import pytest

from footage.check import check_clip
from footage.digest import file_sha256
from footage.probe import ClipFacts
from footage.thumbnail import thumbnail
from generation import ingest

_facts: dict[tuple[str, float], ClipFacts] = {}
_pictures: dict[str, Path] = {}
_folder = tempfile.TemporaryDirectory(prefix="thumbnails-")


def remember(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest, "check_clip", _checked)
    monkeypatch.setattr(ingest, "thumbnail", _pictured)


def _checked(path: Path, *, seconds: float) -> ClipFacts:
    """What it says is kept; what it refuses is looked at each time."""
    key = (file_sha256(path), seconds)
    if key not in _facts:
        _facts[key] = check_clip(path, seconds=seconds)
    return _facts[key]


def _pictured(clip: Path, picture: Path) -> None:
    key = file_sha256(clip)
    if key not in _pictures:
        thumbnail(clip, picture)
        _pictures[key] = Path(shutil.copy(picture, f"{_folder.name}/{key}.jpg"))
    shutil.copy(_pictures[key], picture)
