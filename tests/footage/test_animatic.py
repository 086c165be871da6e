import io
from fractions import Fraction

import av
import numpy as np
import pytest
from PIL import Image

from footage.animatic import AnimaticCard, move_of, shot_animatic
from footage.check import check_clip
from footage.digest import file_sha256
from footage.errors import BadPicture, FootageError
from footage.moves import Move, move_for
from footage.probe import probe, read_metadata

CARD = AnimaticCard(number=3, role="B-roll", words="Steam over a cup, slow push in", seed=4)


def picture(size=(420, 300), form="JPEG", colour=(40, 160, 60)):
    out = io.BytesIO()
    drawn = Image.new("RGB", size, colour)
    # A bright square in the middle, whose size and place tell how the camera moved.
    middle = [size[0] // 2, size[1] // 2]
    drawn.paste((250, 250, 250), [middle[0] - 30, middle[1] - 30, middle[0] + 30, middle[1] + 30])
    drawn.save(out, form)
    return out.getvalue()


def frames(path):
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def square(frame):
    """Width and centre of the bright square."""
    lit = np.nonzero((frame.min(axis=2) > 200)[40:-10].any(axis=0))[0]
    return np.ptp(lit), lit.mean()


@pytest.mark.parametrize("size", [(256, 144), (144, 256), (160, 160), (128, 160)])
@pytest.mark.parametrize("fps", [24, 25, 30])
def test_every_ratio_and_rate_has_exactly_the_asked_frames(tmp_path, size, fps):
    path = tmp_path / "clip.mp4"
    shot_animatic(CARD, into=path, seconds=1.5, width=size[0], height=size[1], fps=fps)
    facts = probe(path)
    assert (facts.width, facts.height) == size
    assert (facts.frames, facts.fps) == (round(1.5 * fps), Fraction(fps))
    assert (facts.codec, facts.pixel_format, facts.has_audio) == ("h264", "yuv420p", False)
    assert len(frames(path)) == facts.frames


def test_it_says_what_it_is_in_the_picture_and_in_the_file(tmp_path):
    path = tmp_path / "clip.mp4"
    shot_animatic(
        CARD, into=path, seconds=0.5, width=320, height=180, metadata={"sandbox": "part 1"}
    )
    tags = read_metadata(path)
    assert (tags["animatic"], tags["sandbox"]) == ("1", "part 1")
    assert tags["comment"] == "Animatic: a preview without footage"
    corner = frames(path)[6][6:32, 6:80].astype(int)
    amber = (corner[..., 0] > 180) & (abs(corner[..., 1] - 160) < 60) & (corner[..., 2] < 110)
    assert amber.mean() > 0.03


def test_a_card_passes_for_a_moving_clip(tmp_path):
    path = tmp_path / "clip.mp4"
    shot_animatic(CARD, into=path, seconds=2, width=320, height=180)
    assert check_clip(path, seconds=2).frames == 48


def test_the_same_card_gives_the_same_clip_and_other_words_another(tmp_path):
    def digest(name, card):
        path = tmp_path / name
        shot_animatic(card, into=path, seconds=0.25, width=96, height=96)
        return file_sha256(path)

    again = AnimaticCard(number=3, role="B-roll", words=CARD.words, seed=4)
    other = AnimaticCard(number=3, role="B-roll", words="A cold street", seed=4)
    assert digest("a.mp4", CARD) == digest("b.mp4", again)
    assert digest("c.mp4", other) != digest("a.mp4", CARD)


@pytest.mark.parametrize(
    "camera, grows, goes",
    [("push in", 1, 0), ("pull out", -1, 0), ("pan right", 0, -1), ("pan left", 0, 1)],
)
def test_the_camera_note_moves_the_picture(tmp_path, camera, grows, goes):
    path = tmp_path / "clip.mp4"
    card = AnimaticCard(number=1, role="Product shot", words="", camera=camera, picture=picture())
    shot_animatic(card, into=path, seconds=2, width=320, height=228)
    first, *_, last = frames(path)
    (wide, at), (wide_later, at_later) = square(first), square(last)
    assert np.sign(round((wide_later - wide) / 3)) == grows
    if not grows:
        assert np.sign(round((at_later - at) / 3)) == goes


def test_a_picture_keeps_its_colour(tmp_path):
    path = tmp_path / "clip.mp4"
    card = AnimaticCard(number=1, role="Product shot", words="", picture=picture(form="PNG"))
    shot_animatic(card, into=path, seconds=0.5, width=320, height=228)
    with av.open(str(path)) as container:
        assert container.streams.video[0].codec_context.colorspace == 1  # BT.709
    grey = frames(path)[5][200, 40].astype(int)
    assert np.abs(grey - (40, 160, 60)).max() < 30


def test_a_cut_out_product_lies_on_paper(tmp_path):
    out = io.BytesIO()
    Image.new("RGBA", (300, 300), (0, 0, 0, 0)).save(out, "PNG")
    path = tmp_path / "clip.mp4"
    card = AnimaticCard(number=1, role="Product shot", words="", picture=out.getvalue())
    shot_animatic(card, into=path, seconds=0.25, width=160, height=160)
    assert frames(path)[3][100, 80].min() > 200


@pytest.mark.parametrize(
    "words, move",
    [
        ("Slow push-in on the label", Move.IN),
        ("camera pulls back to reveal", Move.OUT),
        ("Tracking shot along the bar", Move.RIGHT),
        ("panning left across the shelf", Move.LEFT),
        ("Locked-off tripod, zoom in later", Move.STILL),
        ("tilts up to the sky", Move.UP),
        ("crane down", Move.DOWN),
        ("eggs in a frying pan, bright still life", Move.IN),  # no move is asked for
    ],
)
def test_words_that_ask_for_a_move(words, move):
    assert move_for("", words, turn=0.0) is move


def test_without_a_word_the_seed_decides_and_uses_all_four():
    cards = [AnimaticCard(number=1, role="Hook", words="Beans", seed=seed) for seed in range(24)]
    assert {move_of(card) for card in cards} == {Move.IN, Move.OUT, Move.LEFT, Move.RIGHT}
    assert [move_of(card) for card in cards] == [move_of(card) for card in cards]


def test_refusals_write_nothing(tmp_path):
    bad = AnimaticCard(number=1, role="Hook", words="", picture=b"<svg/>")
    with pytest.raises(BadPicture):
        shot_animatic(bad, into=tmp_path / "clip.mp4", seconds=1, width=320, height=180)
    with pytest.raises(FootageError):
        shot_animatic(CARD, into=tmp_path / "clip.mp4", seconds=1, width=321, height=180)
    assert list(tmp_path.iterdir()) == []
