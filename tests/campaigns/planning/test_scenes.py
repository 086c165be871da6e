"""Invented scenes: as many as are wanted, all different, always the same."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.planning.fitting import fitting
from campaigns.planning.scene_words import ACTIONS, CAMERAS, LIGHTS, SETTINGS
from campaigns.planning.scenes import MOST, invent

WORDS = st.text(max_size=150)
MEDITATION = {
    "product_name": "Meditation App",
    "audience": "stressed professionals",
    "benefits": ("reduce stress", "improve sleep"),
}


def test_the_same_words_and_seed_give_the_same_scenes():
    first = invent(**MEDITATION, count=5, seed=7)
    assert first == invent(**MEDITATION, count=5, seed=7)
    assert first != invent(**MEDITATION, count=5, seed=8)


def test_scenes_are_told_from_product_audience_and_benefits():
    first, second = invent(**MEDITATION, count=2, seed=7)
    assert first.startswith("Person typical of stressed professionals ")
    assert "Meditation App on a phone" in first
    assert first.endswith("The idea to show: reduce stress")
    assert second.endswith("The idea to show: improve sleep")


def test_more_scenes_begin_with_the_fewer_ones():
    assert invent(**MEDITATION, count=9, seed=1)[:4] == invent(**MEDITATION, count=4, seed=1)


def test_neighbours_share_neither_act_place_camera_nor_light():
    scenes = invent(product_name="Glow", audience="", benefits=(), count=40, seed=3)
    for words in (SETTINGS, CAMERAS, LIGHTS, [act.format(product="Glow") for act in ACTIONS]):
        told = [next(word for word in words if word in scene) for scene in scenes]
        assert all(one != other for one, other in pairwise(told))


def test_no_scene_ever_comes_twice():
    scenes = invent(product_name="Glow", audience="", benefits=(), count=MOST, seed=0)
    assert len(set(scenes)) == MOST == 9009


def test_what_there_is_already_is_not_invented_again():
    known = invent(**MEDITATION, count=5, seed=7)
    more = invent(**MEDITATION, count=3, seed=7, beside=known[:2])
    assert more == known[2:]


@pytest.mark.parametrize("count", [-1, MOST + 1])
def test_a_count_beyond_what_there_is_is_refused(count):
    with pytest.raises(ValueError, match="can be invented"):
        invent(**MEDITATION, count=count, seed=0)


def test_each_passes_the_reviewer():
    fits = fitting(own_words=("Meditation App",))
    assert len(invent(**MEDITATION, count=200, seed=5, fits=fits)) == 200


def test_a_benefit_that_vendors_refuse_is_left_out_of_the_prompt():
    fits = fitting()
    claims = ("guaranteed to cure cancer",)
    scenes = invent(product_name="Tea", audience="", benefits=claims, count=3, seed=5, fits=fits)
    assert len(scenes) == 3
    assert not any("cure" in scene for scene in scenes)


@settings(max_examples=60, deadline=None)
@given(WORDS, WORDS, st.lists(WORDS, max_size=3), st.integers(0, 30), st.integers(0, 2**32))
def test_any_words_give_exactly_as_many_different_scenes(name, audience, benefits, count, seed):
    scenes = invent(product_name=name, audience=audience, benefits=benefits, count=count, seed=seed)
    assert len(set(scenes)) == len(scenes) == count
    assert all(name.strip() in scene for scene in scenes)
