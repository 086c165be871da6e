"""What pinning is worth in a rehearsal: a clip held to both ends of a draft stays near it."""

import pytest

from footage.drift import NEEDS_A_LOOK, drift
from footage.frames import first_frame, last_frame
from footage.render import render_card, render_picture

SHAPE = {"seconds": 2, "width": 640, "height": 360}
TITLE = "A red kite over a beach"


@pytest.fixture(scope="module")
def draft(tmp_path_factory):
    path = tmp_path_factory.mktemp("pinned") / "draft.mp4"
    render_card(path, title=TITLE, palette_seed="pika 7", mark="SANDBOX · pika", **SHAPE)
    return path


@pytest.fixture(scope="module")
def ends(draft):
    first, last = draft.with_name("first.png"), draft.with_name("last.png")
    first_frame(draft, first)
    last_frame(draft, last)
    return {"picture_bytes": first.read_bytes(), "last_picture_bytes": last.read_bytes()}


def test_both_ends_pinned_is_nearer_than_one_and_one_nearer_than_none(draft, ends):
    finals = {name: draft.with_name(f"{name}.mp4") for name in ("none", "first", "both")}
    mark = "SANDBOX · kling"
    render_card(finals["none"], title=TITLE, palette_seed="kling 1", mark=mark, **SHAPE)
    first = {"picture_bytes": ends["picture_bytes"]}
    render_picture(finals["first"], palette_seed="kling 1", mark=mark, **first, **SHAPE)
    render_picture(finals["both"], palette_seed="kling 1", mark=mark, **ends, **SHAPE)
    score = {name: drift(draft, path).score for name, path in finals.items()}
    assert score["both"] < score["first"] < score["none"]
    assert score["both"] < NEEDS_A_LOOK < score["none"]
