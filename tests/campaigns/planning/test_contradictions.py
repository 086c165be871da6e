"""What cannot all hold, each named with the one setting that ends it."""

from datetime import date

import pytest

from campaigns.planning.facts import BriefFacts, KitFacts, ProductFacts
from campaigns.planning.placements import ratio_of
from campaigns.planning.planner import plan

APP = ProductFacts(uid="prod_1", name="FitnessPro App", photos=("asset_1",))


def found(**brief):
    facts = BriefFacts(**{"products": (APP,), **brief})
    told = plan(facts, today=date(2026, 11, 23)).contradictions
    return [(one.code, one.setting, one.message, one.options) for one in told]


def test_a_sound_brief_has_none():
    assert found(b_roll_count=2, total_seconds=15, deadline=date(2026, 11, 23)) == []


def test_more_seconds_than_were_agreed():
    assert found(b_roll_count=7, total_seconds=15) == [
        (
            "too_long",
            "total_seconds",
            "The brief says 15 s; these 8 shots are 40 s together.",
            ("Take out 5 shots: 25 s less", "Set the length to 40 s"),
        )
    ]


def test_fewer_seconds_than_were_agreed():
    assert found(b_roll_count=2, total_seconds=30) == [
        (
            "too_short",
            "b_roll_count",
            "The brief says 30 s; these 3 shots are only 15 s.",
            ("Add 3 scenes of 5 s", "Set the length to 15 s"),
        )
    ]


def test_what_must_be_seen_and_must_not():
    [first, second] = found(
        must=("Red bottle",), never=("a red bottle falling",), kit=KitFacts(avoid=("red",))
    )
    assert first[:3] == (
        "must_and_never",
        "must",
        "The brief demands “Red bottle”. “Never” forbids “a red bottle falling”.",
    )
    assert second[2] == "The brief demands “Red bottle”. The brand kit avoids “red”."


def test_words_that_only_begin_alike_are_no_contradiction():
    assert found(must=("red",), never=("reduced light",)) == []


def test_a_product_without_a_photo():
    bare = ProductFacts(uid="prod_2", name="Glow Serum")
    assert found(products=(APP, bare)) == [
        (
            "product_without_photo",
            "products",
            "“Glow Serum” has no photo, so there is nothing to animate.",
            ("Add a photo to “Glow Serum”", "Take “Glow Serum” out of the brief"),
        )
    ]


def test_a_place_that_wants_another_shape():
    assert found(placements=("Instagram Reels",), ratio="16:9") == [
        (
            "ratio",
            "ratio",
            "Instagram Reels asks for 9:16; the brief says 16:9.",
            ("Set the shape to 9:16",),
        )
    ]
    assert found(placements=("Instagram Reels", "YouTube in-stream"), ratio="16:9") == []


def test_a_deadline_that_has_passed():
    [(code, setting, message, _)] = found(deadline=date(2026, 11, 20))
    assert (code, setting) == ("deadline_passed", "deadline")
    assert message == "The deadline was 20 November 2026, 3 days ago."


def test_more_scenes_than_are_wanted():
    [(code, setting, message, _)] = found(scenes=("A", "B", "C"), b_roll_count=1)
    assert (code, setting) == ("more_scenes_than_wanted", "b_roll_count")
    assert message == "The brief wants 1 scene and describes 3."


@pytest.mark.parametrize(
    ("placement", "ratio"),
    [
        ("TikTok in-feed", "9:16"),
        ("Facebook Feed", "4:5"),
        ("YouTube Shorts", "9:16"),
        ("YouTube", "16:9"),
        ("Lobby screen 1:1", "1:1"),
        ("Cinema 21:9", ""),
        ("the usual places", ""),
    ],
)
def test_the_shape_of_a_place(placement, ratio):
    assert ratio_of(placement) == ratio
