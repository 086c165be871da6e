import io
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from footage.check import check_clip
from footage.conform import cropped_size
from footage.digest import file_sha256
from footage.drawing.card import draw_mark
from footage.drawing.words import set_words
from footage.errors import BadPicture, FootageError
from footage.probe import probe, read_metadata
from footage.render import render_black, render_card, render_picture


def _jpeg(colour: tuple[int, int, int], size: tuple[int, int] = (900, 500)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


def _frames(path: Path) -> list[np.ndarray]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def test_card_has_the_exact_shape(card):
    facts = probe(card)
    assert (facts.width, facts.height, facts.frames) == (640, 360, 48)
    assert (facts.fps, facts.seconds) == (Fraction(24), 2.0)
    assert (facts.codec, facts.pixel_format, facts.has_audio) == ("h264", "yuv420p", False)
    assert facts.bytes == card.stat().st_size


def test_card_says_in_its_metadata_who_made_it(card):
    tags = read_metadata(card)
    assert tags["comment"] == "Made by the sandbox"
    assert tags["sandbox"] == "runway task 17"


@pytest.mark.parametrize("seconds, fps, frames", [(1, 30, 30), (0.5, 24, 12), (3, 25, 75)])
def test_card_has_exactly_the_asked_frames(tmp_path, seconds, fps, frames):
    path = tmp_path / "clip.mp4"
    render_card(path, seconds=seconds, width=128, height=128, fps=fps, title="Steam")
    assert probe(path).frames == frames


def test_card_moves_in_every_half_second(card):
    frames = _frames(card)
    for early, late in zip(frames, frames[12:], strict=False):
        moved = np.abs(early.astype(int) - late.astype(int)).max(axis=2)
        assert (moved > 12).mean() > 0.001


def test_card_passes_the_check_of_arrived_clips(card):
    assert check_clip(card, seconds=2) == probe(card)


def test_seed_and_title_both_change_the_card(tmp_path):
    def digest(name: str, *, title: str, seed: int) -> str:
        path = tmp_path / f"{name}.mp4"
        render_card(path, seconds=0.5, width=128, height=96, title=title, palette_seed=seed)
        return file_sha256(path)

    first = digest("a", title="Steam", seed=1)
    assert digest("b", title="Steam", seed=1) == first
    assert digest("c", title="Steam", seed=2) != first
    assert digest("d", title="Smoke", seed=1) != first


@pytest.mark.parametrize("size", [(1280, 720), (720, 1280), (720, 720), (960, 720), (832, 1104)])
@pytest.mark.parametrize("ratio", ["16:9", "9:16", "1:1", "4:5"])
def test_no_crop_takes_the_mark_off(size, ratio):
    width, height = size
    ribbon = draw_mark("SANDBOX", width=width, height=height)
    wide, tall = cropped_size(width, height, ratio=ratio)
    left, top = (width - wide) // 2, (height - tall) // 2
    left_over = np.asarray(ribbon.crop((left, top, left + wide, top + tall)))
    lit = np.nonzero((left_over[..., 3] == 255).any(axis=0))[0]
    # One whole word and the bars after it are less than a third of the shorter side.
    assert np.ptp(lit) >= min(width, height) * 0.3


def test_mark_is_seen_in_the_encoded_picture(card):
    frame = _frames(card)[24].astype(int)
    amber = (frame[..., 0] > 180) & (abs(frame[..., 1] - 150) < 60) & (frame[..., 2] < 110)
    assert amber[:40].mean() > 0.01
    assert amber[40:].mean() < 0.01


def test_long_and_foreign_titles_fit(tmp_path):
    path = tmp_path / "clip.mp4"
    title = "Ťažký žltý kôň и снег " * 40 + "https://example.test/" + "a" * 300
    render_card(path, seconds=0.5, width=180, height=320, title=title, mark="SANDBOX")
    assert probe(path).frames == 12


def test_words_are_wrapped_to_the_measure():
    setting = set_words("one two three " * 9, weight="Medium", size=40, measure=300, most_lines=3)
    assert len(setting.lines) == 3
    assert all(setting.font.getlength(line) <= 300 for line in setting.lines)
    assert setting.lines[-1].endswith("…")


def test_picture_moves_even_when_it_is_one_flat_colour(tmp_path):
    path = tmp_path / "clip.mp4"
    white = _jpeg((255, 255, 255))
    render_picture(path, picture_bytes=white, seconds=2, width=640, height=360, mark="SANDBOX")
    facts = check_clip(path, seconds=2)
    assert (facts.width, facts.height, facts.frames) == (640, 360, 48)


@pytest.mark.parametrize("seed", range(6))
def test_picture_fills_the_frame_on_every_move(tmp_path, seed):
    path = tmp_path / "clip.mp4"
    picture = _jpeg((200, 40, 40), (300, 700))
    render_picture(
        path, picture_bytes=picture, seconds=0.5, width=320, height=180, palette_seed=seed
    )
    first, *_, last = _frames(path)
    for frame in (first, last):
        assert np.abs(frame[:170].astype(int) - (200, 40, 40)).max() < 24


def test_picture_that_is_none_writes_nothing(tmp_path):
    with pytest.raises(BadPicture):
        render_picture(
            tmp_path / "clip.mp4", picture_bytes=b"<svg/>", seconds=1, width=320, height=180
        )
    assert list(tmp_path.iterdir()) == []


def test_black_is_black(black):
    assert probe(black).frames == 48
    assert max(int(frame.max()) for frame in _frames(black)) == 0


@pytest.mark.parametrize("width, height", [(641, 360), (640, 361), (32, 32)])
def test_impossible_size_writes_nothing(tmp_path, width, height):
    with pytest.raises(FootageError):
        render_black(tmp_path / "clip.mp4", seconds=1, width=width, height=height)
    with pytest.raises(FootageError):
        render_card(tmp_path / "clip.mp4", seconds=1, width=width, height=height, title="Steam")
    assert list(tmp_path.iterdir()) == []
