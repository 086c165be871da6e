import pytest
from PIL import Image

from footage.digest import file_sha256
from footage.errors import BadClip
from footage.thumbnail import thumbnail


def _picture(path) -> Image.Image:
    with Image.open(path) as opened:
        assert opened.format == "JPEG"
        return opened.convert("RGB")


@pytest.mark.parametrize("longest, size", [(320, (320, 180)), (640, (640, 360)), (999, (640, 360))])
def test_longer_side_is_at_most_as_asked(card, tmp_path, longest, size):
    target = tmp_path / "still.jpg"
    thumbnail(card, target, longest=longest)
    assert _picture(target).size == size
    assert [entry.name for entry in tmp_path.iterdir()] == ["still.jpg"]


def test_tall_clip(loud, tmp_path):
    thumbnail(loud, tmp_path / "still.jpg", longest=320)
    assert _picture(tmp_path / "still.jpg").size == (240, 320)


def test_black_third_is_passed_over(make_clip, tmp_path):
    late = make_clip("late-start", "color=c=red:s=320x180:r=24:d=2,fade=in:st=0.9:d=0.05")
    thumbnail(late, tmp_path / "still.jpg")
    assert _picture(tmp_path / "still.jpg").getpixel((160, 90))[0] > 200


def test_black_clip_still_has_a_thumbnail(black, tmp_path):
    thumbnail(black, tmp_path / "still.jpg")
    assert _picture(tmp_path / "still.jpg").size == (640, 360)


def test_no_clip_no_thumbnail(tmp_path):
    source = tmp_path / "clip.mp4"
    source.write_bytes(b"nothing")
    with pytest.raises(BadClip):
        thumbnail(source, tmp_path / "still.jpg")
    assert not (tmp_path / "still.jpg").exists()


def test_digest_of_a_known_file(tmp_path):
    path = tmp_path / "abc"
    path.write_bytes(b"abc")
    known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert file_sha256(path) == known
