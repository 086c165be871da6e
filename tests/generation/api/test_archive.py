"""The ZIP writer by itself: read back by others, with a length known beforehand."""

import io
import shutil
import subprocess
import zipfile
from datetime import UTC, datetime

import pytest

from generation.api.archive import Changed, Member, length, written

AT = datetime(2026, 11, 22, 9, 30, 10, tzinfo=UTC)


def member(name: str, content: bytes, *, size: int | None = None) -> Member:
    said = len(content) if size is None else size
    return Member(name=name, size=said, modified=AT, open=lambda: io.BytesIO(content))


def test_read_back_with_its_names_and_times(tmp_path):
    members = [member("a.mp4", b"x" * 600_000), member("Füße 🎬.mp4", b""), member("c", b"c")]
    content = b"".join(written(members))
    assert len(content) == length(members)
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["a.mp4", "Füße 🎬.mp4", "c"]
        assert archive.getinfo("c").date_time == (2026, 11, 22, 9, 30, 10)
        assert [one.file_size for one in archive.infolist()] == [600_000, 0, 1]
    if shutil.which("unzip"):
        subprocess.run(["unzip", "-tqq", str(path)], check=True)


@pytest.mark.parametrize("size", [2, 4])
def test_a_file_that_changed_breaks_off(size):
    with pytest.raises(Changed):
        b"".join(written([member("a", b"abc", size=size)]))


def test_past_four_gigabytes(monkeypatch):
    """Offsets go into the 64-bit fields; the content itself need not be there to see it."""
    from generation.api import archive

    big = 5 * 1024**3
    entry = archive._central(member("b", b"", size=7), crc=1, offset=big)
    assert archive.CENTRAL_64.unpack(entry[-archive.CENTRAL_64.size :]) == (1, 24, 7, 7, big)
    assert length([member("a", b"", size=big)]) == big + 2 + 20 + 28 + 46 + 30 + 56 + 20 + 22
