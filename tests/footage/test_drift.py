import pytest

from footage.drift import NEEDS_A_LOOK, drift
from footage.errors import BadClip
from footage.ffmpeg import run_ffmpeg
from footage.render import render_card


@pytest.fixture(scope="module")
def draft(clips):
    """640x360, 2 s, as the sandbox makes a draft."""
    path = clips / "draft.mp4"
    size = {"seconds": 2, "width": 640, "height": 360}
    title = "Bottle on marble, soft window light"
    render_card(path, title=title, palette_seed=2, mark="SANDBOX", **size)
    return path


@pytest.fixture(scope="module")
def other(clips):
    path = clips / "other.mp4"
    render_card(
        path,
        seconds=2,
        width=640,
        height=360,
        title="Runner at dawn",
        palette_seed=1,
        mark="SANDBOX",
    )
    return path


@pytest.fixture
def changed(draft, tmp_path):
    """changed(*args): the draft once more, through ffmpeg's own filters."""

    def make(*args):
        path = tmp_path / "final.mp4"
        run_ffmpeg(["-i", str(draft), *args, "-pix_fmt", "yuv420p", str(path)], timeout=90)
        return path

    return make


def test_the_same_clip_has_not_drifted(draft):
    same = drift(draft, draft)
    assert (same.score, same.per_second, same.worst_second) == (0.0, (0.0, 0.0), 0)
    assert not same.needs_a_look


@pytest.mark.parametrize(
    "args",
    [
        ("-vf", "scale=960:540", "-crf", "35"),
        ("-vf", "scale=426:240", "-c:v", "libx265", "-x265-params", "log-level=none"),
        ("-r", "30"),
        ("-r", "25", "-preset", "ultrafast"),
        ("-t", "1.95"),
    ],
    ids=["larger", "smaller in another codec", "30 fps", "25 fps", "a frame shorter"],
)
def test_another_encode_is_no_drift(draft, changed, args):
    assert drift(draft, changed(*args)).score < 0.05


def test_another_scene_is_far_away(draft, other):
    far = drift(draft, other)
    assert far.score > 0.4
    assert far.needs_a_look


@pytest.mark.parametrize(
    "graph",
    ["eq=brightness=0.05", "crop=iw*0.96:ih*0.96,scale=640:360", "hue=h=25"],
    ids=["a little brighter", "a little closer", "another tint"],
)
def test_a_slight_change_lies_between(draft, changed, graph):
    assert 0.05 < drift(draft, changed("-vf", graph)).score < 0.4


@pytest.mark.parametrize("graph", ["hflip", "negate", "hue=h=160"])
def test_a_real_change_needs_a_look(draft, changed, graph):
    assert drift(draft, changed("-vf", graph)).score >= NEEDS_A_LOOK


def test_the_bad_second_is_named(draft, changed):
    late = drift(draft, changed("-vf", "negate=enable='gte(t,1)'"))
    assert late.worst_second == 1
    assert late.per_second[0] < 0.1 < NEEDS_A_LOOK < late.per_second[1]
    assert late.needs_a_look


def test_it_reads_the_same_both_ways(draft, other):
    assert drift(draft, other).score == pytest.approx(drift(other, draft).score, abs=0.01)


def test_a_file_that_is_no_clip_is_refused(draft, tmp_path):
    text = tmp_path / "no.mp4"
    text.write_text("no clip")
    with pytest.raises(BadClip):
        drift(draft, text)
    with pytest.raises(BadClip):
        drift(text, draft)
