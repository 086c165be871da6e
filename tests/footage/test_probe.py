import pytest

from footage.errors import BadClip, FootageError
from footage.ffmpeg import run_ffmpeg
from footage.probe import probe, read_metadata


def test_sound_is_seen(loud):
    facts = probe(loud)
    assert (facts.width, facts.height, facts.frames, facts.has_audio) == (480, 640, 73, True)


def test_fragmented_file_is_counted(make_clip):
    path = make_clip(
        "fragmented", "testsrc2=s=320x180:r=24:d=1", "-movflags", "frag_keyframe+empty_moov"
    )
    facts = probe(path)
    assert (facts.frames, facts.seconds) == (24, 1.0)


@pytest.mark.parametrize("read", [probe, read_metadata])
def test_playlist_named_as_a_clip_is_not_opened(card, tmp_path, read):
    path = tmp_path / "list.mp4"
    path.write_text(f"ffconcat version 1.0\nfile {card}\n")
    with pytest.raises(BadClip) as caught:
        read(path)
    assert caught.value.kind == "not_mp4"


def test_missing_file(tmp_path):
    with pytest.raises(BadClip):
        probe(tmp_path / "none.mp4")


def test_ffmpeg_reason_names_no_path(tmp_path):
    with pytest.raises(FootageError) as caught:
        run_ffmpeg(["-i", str(tmp_path / "none.mp4"), "-f", "null", "-"], timeout=10)
    assert caught.value.reason.endswith("No such file or directory")
    assert str(tmp_path) not in caught.value.reason
