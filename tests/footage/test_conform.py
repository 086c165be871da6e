import av
import pytest

from footage.boxes import read_boxes, starts_fast
from footage.conform import conform, cropped_size, needs_conform
from footage.digest import file_sha256
from footage.errors import BadClip
from footage.ffmpeg import run_ffmpeg
from footage.probe import probe, read_metadata


@pytest.mark.parametrize(
    "size, ratio, cropped",
    [
        ((1280, 720), "16:9", (1280, 720)),
        ((1280, 720), "4:5", (576, 720)),
        ((1280, 720), "9:16", (404, 720)),
        ((1280, 720), "1:1", (720, 720)),
        ((832, 1104), "4:5", (832, 1040)),  # 3:4 as Runway makes it
        ((720, 1280), "4:5", (720, 900)),
        ((960, 960), "4:5", (768, 960)),
        ((1344, 768), "16:9", (1344, 756)),
        ((721, 721), "1:1", (720, 720)),
        ((1280, 720), "", (1280, 720)),
    ],
)
def test_crop_is_the_largest_even_part(size, ratio, cropped):
    assert cropped_size(*size, ratio=ratio) == cropped


def test_right_clip_is_copied_byte_for_byte(card, tmp_path):
    target = tmp_path / "out.mp4"
    facts = conform(card, target, seconds=2, ratio="16:9")
    assert not needs_conform(probe(card), 2, "16:9")
    assert facts == probe(card)
    assert file_sha256(target) == file_sha256(card)


def test_index_at_the_end_is_moved_without_encoding(make_clip, tmp_path):
    late = make_clip("late", "testsrc2=s=320x180:r=24:d=1")
    assert not starts_fast(read_boxes(late))
    target = tmp_path / "out.mp4"
    facts = conform(late, target, seconds=1, ratio="16:9")
    assert starts_fast(read_boxes(target))
    assert (facts.frames, facts.width, facts.height) == (24, 320, 180)


def test_trim_to_the_frame_keeps_sound_and_metadata(loud, tmp_path):
    target = tmp_path / "out.mp4"
    assert probe(loud).frames == 73
    facts = conform(loud, target, seconds=3, ratio="")
    assert (facts.frames, facts.seconds, facts.has_audio) == (72, 3.0, True)
    assert (facts.width, facts.height) == (480, 640)
    assert read_metadata(target)["comment"] == "from the vendor"
    with av.open(str(target)) as container:
        assert container.duration == pytest.approx(3_000_000, abs=50_000)


def test_four_to_five_from_three_to_four(loud, tmp_path):
    facts = conform(loud, tmp_path / "out.mp4", seconds=3, ratio="4:5")
    assert (facts.width, facts.height, facts.frames) == (480, 600, 72)


def test_reframe_keeps_the_sandbox_metadata_and_starts_fast(card, tmp_path):
    target = tmp_path / "out.mp4"
    facts = conform(card, target, seconds=1, ratio="4:5")
    assert (facts.width, facts.height, facts.frames) == (288, 360, 24)
    assert read_metadata(target)["sandbox"] == "runway task 17"
    assert starts_fast(read_boxes(target))


def test_centre_is_kept(make_clip, tmp_path):
    bars = "color=c=red:s=320x180:r=24:d=1,drawbox=x=70:y=0:w=180:h=180:c=blue:t=fill"
    target = tmp_path / "out.mp4"
    conform(make_clip("bars", bars), target, seconds=1, ratio="1:1")
    with av.open(str(target)) as container:
        frame = next(container.decode(video=0)).to_ndarray(format="rgb24")
    assert frame.shape == (180, 180, 3)
    assert frame[..., 2].min() > 200
    assert frame[..., 0].max() < 60


def test_missing_last_frame_is_repeated(make_clip, tmp_path):
    short = make_clip("short", "testsrc2=s=320x180:r=24", "-frames:v", "23")
    facts = conform(short, tmp_path / "out.mp4", seconds=1, ratio="16:9")
    assert (facts.frames, facts.seconds) == (24, 1.0)


def test_ntsc_rate_is_kept(make_clip, tmp_path):
    clip = make_clip("ntsc", "testsrc2=s=320x180:r=30000/1001:d=1.5")
    facts = conform(clip, tmp_path / "out.mp4", seconds=1, ratio="16:9")
    assert (facts.frames, facts.fps.numerator, facts.fps.denominator) == (30, 30000, 1001)


def test_other_codec_becomes_h264(make_clip, tmp_path):
    clip = make_clip(
        "hevc", "testsrc2=s=320x180:r=24:d=1", "-c:v", "libx265", "-x265-params", "log-level=none"
    )
    assert needs_conform(probe(clip), 1, "16:9")
    facts = conform(clip, tmp_path / "out.mp4", seconds=1, ratio="16:9")
    assert (facts.codec, facts.pixel_format, facts.frames) == ("h264", "yuv420p", 24)


def test_too_short_is_refused_and_nothing_is_written(card, tmp_path):
    with pytest.raises(BadClip) as caught:
        conform(card, tmp_path / "out.mp4", seconds=3, ratio="16:9")
    assert caught.value.kind == "wrong_length"
    assert list(tmp_path.iterdir()) == []


def test_conform_in_place(card, tmp_path):
    path = tmp_path / "clip.mp4"
    path.write_bytes(card.read_bytes())
    assert conform(path, path, seconds=2, ratio="16:9").frames == 48
    assert conform(path, path, seconds=1, ratio="1:1").frames == 24
    assert [entry.name for entry in tmp_path.iterdir()] == ["clip.mp4"]
    run_ffmpeg(["-xerror", "-i", str(path), "-f", "null", "-"], timeout=90)
