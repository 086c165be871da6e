import av
import numpy as np
import pytest
from PIL import Image

from footage.errors import BadClip, FootageError
from footage.frames import first_frame, last_frame


def decoded(path):
    with av.open(str(path)) as container:
        shown = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    return shown[0], shown[-1]


@pytest.mark.parametrize("suffix, form", [(".png", "PNG"), (".jpg", "JPEG")])
def test_first_and_last_are_the_very_frames(card, tmp_path, suffix, form):
    for take, true in zip((first_frame, last_frame), decoded(card), strict=True):
        target = tmp_path / f"still{suffix}"
        take(card, target)
        with Image.open(target) as picture:
            assert (picture.format, picture.size) == (form, (640, 360))
            seen = np.asarray(picture.convert("RGB"))
        assert np.abs(seen.astype(int) - true).mean() < 3


def test_first_and_last_differ_in_how_much_has_run(card, tmp_path):
    first_frame(card, tmp_path / "first.png")
    last_frame(card, tmp_path / "last.png")
    foot = [np.asarray(Image.open(tmp_path / f"{name}.png"))[-1] for name in ("first", "last")]
    assert (foot[0][600] == foot[1][600]).all() == np.False_


def test_frames_behind_reordered_ones_are_found(make_clip, tmp_path):
    """x264 puts frames that refer forwards before the last one in the file."""
    source = "testsrc2=s=160x120:r=25:d=0.88,scale=out_color_matrix=bt709"
    clip = make_clip("count", source, "-colorspace", "bt709", "-bf", "3", "-g", "250")
    last_frame(clip, tmp_path / "last.png")
    seen = np.asarray(Image.open(tmp_path / "last.png")).astype(int)
    _, true = decoded(clip)
    assert np.abs(seen - true).mean() < 3


def test_refusals_write_nothing(card, tmp_path):
    text = tmp_path / "no.mp4"
    text.write_text("no clip")
    with pytest.raises(BadClip):
        last_frame(text, tmp_path / "still.png")
    with pytest.raises(FootageError):
        first_frame(card, tmp_path / "still.gif")
    assert [path.name for path in tmp_path.iterdir()] == ["no.mp4"]
