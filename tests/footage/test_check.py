import os
from pathlib import Path

import pytest

from footage.boxes import read_boxes, starts_fast
from footage.check import check_clip
from footage.errors import BadClip, ClipFault, FootageError
from footage.probe import probe


def _fault(path: Path, *, seconds: float = 2, blank_is_bad: bool = True) -> ClipFault:
    with pytest.raises(BadClip) as caught:
        check_clip(path, seconds=seconds, blank_is_bad=blank_is_bad)
    assert str(path) not in caught.value.reason
    return caught.value.kind


@pytest.mark.parametrize("share", [0.05, 0.6, 0.999])
def test_cut_file_is_truncated_before_anything_decodes_it(card, tmp_path, monkeypatch, share):
    monkeypatch.setattr("footage.check.ffmpeg_result", None)
    whole = card.read_bytes()
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(whole[: int(len(whole) * share)])
    assert _fault(cut) == "truncated"


def test_file_without_an_index_is_truncated(card, tmp_path):
    index = next(box for box in read_boxes(card) if box.name == "moov")
    whole = card.read_bytes()
    path = tmp_path / "no-index.mp4"
    path.write_bytes(whole[: index.offset] + whole[index.offset + index.size :])
    assert _fault(path) == "truncated"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>This link has expired</html>",
        b'{"error": "expired"}',
        b"ffconcat version 1.0\nfile /etc/hostname\n",
        b"#EXTM3U\n#EXTINF:5,\nhttp://127.0.0.1:9/x.ts\n#EXT-X-ENDLIST\n",
    ],
)
def test_something_else_under_the_name_of_a_clip(tmp_path, content):
    path = tmp_path / "clip.mp4"
    path.write_bytes(content)
    assert _fault(path) == ("truncated" if not content else "not_mp4")


def test_overwritten_pictures_are_undecodable(card, tmp_path):
    whole = bytearray(card.read_bytes())
    middle = len(whole) // 2
    whole[middle : middle + 4000] = os.urandom(4000)
    path = tmp_path / "overwritten.mp4"
    path.write_bytes(whole)
    assert _fault(path) == "undecodable"


def test_sound_alone_is_undecodable(make_clip):
    path = make_clip("sound", "sine=duration=2", "-c:a", "aac")
    assert _fault(path) == "undecodable"


@pytest.mark.parametrize("seconds", [2.1, 3, 0.9])
def test_wrong_length(card, seconds):
    assert _fault(card, seconds=seconds) == "wrong_length"


@pytest.mark.parametrize("seconds", [2, 2.02, 1, 1.5])
def test_half_a_frame_short_and_a_second_long_are_accepted(card, seconds):
    assert check_clip(card, seconds=seconds) == probe(card)


def test_far_more_frames_than_asked_end_the_look_early(make_clip):
    path = make_clip("many", "testsrc2=s=64x64:r=240:d=5", "-preset", "ultrafast")
    assert _fault(path, seconds=1) == "wrong_length"


def test_black(black):
    assert _fault(black) == "black"
    assert check_clip(black, seconds=2, blank_is_bad=False).frames == 48


def test_frozen(make_clip):
    path = make_clip("frozen", "smptebars=s=640x360:r=24:d=2")
    assert _fault(path) == "frozen"
    assert check_clip(path, seconds=2, blank_is_bad=False).frames == 48


def test_dark_is_not_black(make_clip):
    path = make_clip("dark", "testsrc2=s=640x360:r=24:d=2,eq=brightness=-0.6")
    assert check_clip(path, seconds=2).frames == 48


def test_slow_check_judges_nothing(card, monkeypatch):
    monkeypatch.setattr("footage.check._TIMEOUT", 0.001)
    with pytest.raises(FootageError) as caught:
        check_clip(card, seconds=2)
    assert not isinstance(caught.value, BadClip)


def test_boxes_fill_the_file(card):
    boxes = read_boxes(card)
    assert sum(box.size for box in boxes) == card.stat().st_size
    assert [box.name for box in boxes][:2] == ["ftyp", "moov"]
    assert starts_fast(boxes)
