"""Every rule finds what it is for, and lets pass what it is not for."""

import pytest

from campaigns.prompts.limits import limits_of
from campaigns.prompts.review import Severity, Verdict, review
from providers.types import GenerationMode

TEXT, IMAGE = GenerationMode.TEXT_TO_VIDEO, GenerationMode.IMAGE_TO_VIDEO
RUNWAY = limits_of("runway", name="Runway")
KLING = limits_of("kling", name="Kling")
PIKA = limits_of("pika", name="Pika", negative_prompt=True)
SOUND = "Close-up of a baker's hands kneading dough, low morning light"
GOOD = [
    "Professional product showcase of iPhone 15, slow 360-degree rotation, studio lighting,"
    " white background",
    "Person running on treadmill in modern gym, focused expression, cinematic camera movement",
    "Close-up of hands typing on laptop, bright office environment, shallow depth of field",
]


def reviewed(prompt, *, seconds=5, mode=TEXT, limits=(RUNWAY,), **more):
    return review(prompt, seconds=seconds, generation_mode=mode, offer_limits=limits, **more)


def found(prompt, rule, **more):
    """The words at each finding of a rule."""
    findings = reviewed(prompt, **more).findings
    return [prompt[one.start : one.end] for one in findings if one.rule == rule]


@pytest.mark.parametrize("prompt", GOOD)
def test_the_good_prompts_of_the_users_document_pass(prompt):
    said = reviewed(prompt)
    assert {finding.severity for finding in said.findings} <= {Severity.HINTS}
    assert said.verdict is Verdict.READY


@pytest.mark.parametrize(
    ("prompt", "rules", "words"),
    [
        ("Phone", ["too_vague"], "Too vague"),
        ("Make a video", ["no_details"], "No details"),
        ("Cool gym scene", ["subjective", "unclear"], "Unclear"),
    ],
)
def test_the_bad_prompts_are_told_their_own_reason_and_no_other(prompt, rules, words):
    said = reviewed(prompt)
    assert list(said.rules()) == rules
    assert words in said.findings[-1].message
    assert said.verdict is not Verdict.READY


# rule, a prompt that it finds (and where), a prompt that it lets pass
RULES = [
    ("too_vague", "A kite", "A kite", SOUND),
    (
        "too_vague",
        "Success notification",
        "Success notification",
        "Close-up of an app notification",
    ),
    (
        "no_details",
        "Please create a commercial",
        "Please create a commercial",
        "Make a video of a dog running",
    ),
    (
        "unclear",
        "nice office scene",
        "nice office scene",
        "An office scene, a woman waters the plants",
    ),
    ("subjective", f"{SOUND}, awesome", "awesome", f"{SOUND}, cool tones"),
    (
        "subjective",
        "An eye-catching bottle on ice",
        "eye-catching",
        "Two best friends laugh on a pier",
    ),
    ("boosters", f"{SOUND}, 8K", "8K", f"{SOUND}, 8 loaves"),
    (
        "conflict",
        f"{SOUND}, static shot, camera orbits the table",
        "orbits",
        f"{SOUND}, static shot",
    ),
    ("conflict", f"{SOUND}, zoom in, zoom out", "zoom out", f"{SOUND}, slow zoom in"),
    (
        "conflict",
        "A square in daylight under a night sky",
        "night sky",
        "A square under a night sky",
    ),
    (
        "text_in_picture",
        f"{SOUND}, the logo on the wall",
        "logo",
        f"{SOUND}, a text message arrives",
    ),
    (
        "text_in_picture",
        'A board that reads "OPEN" at a door',
        "reads",
        "A girl reads a book at a door",
    ),
    ("nudity", "A naked man on a sofa", "naked", "Comets seen with the naked eye from a hill"),
    ("gore", "A corpse on the floor of a hall", "corpse", SOUND),
    ("violence", "A man with a gun in an alley", "gun", "A blood orange is cut on a board"),
    ("hate", "A flag with a swastika on a pole", "swastika", SOUND),
    ("drugs", "Smoking weed on a sofa at home", "Smoking weed", SOUND),
    ("minors", "Two children build a sand castle", "children", "A wall painted in baby blue"),
    ("celebrity", "A famous actor drinks our tea", "famous actor", "An actor drinks our tea"),
    ("medical", "This cream cures a red skin", "cures", "Cured ham on a wooden board"),
    ("style_of_a_name", "A harbour in the style of a known painter", "in the style of", SOUND),
    ("real_person", "Taylor Swift walks on a beach", "Taylor Swift", "A tailor walks on a beach"),
    (
        "franchise",
        "Darth Vader orders a coffee",
        "Darth Vader",
        "A knight in black orders a coffee",
    ),
    ("brand", "A can of Pepsi on the ice", "Pepsi", "A can of lemonade on the ice"),
    ("brand", "A new Apple on the desk", "Apple", "An apple on the desk. Orange juice beside it"),
    ("address", f"{SOUND} https://example.com/a", "https://example.com/a", SOUND),
    ("emoji", f"{SOUND} 🎬", "🎬", f"{SOUND} – 20 °C"),
    ("markup", "- a baker\n- an oven", "- ", "A baker - an oven"),
    ("markup", "A **bold** baker at work", "**", "A bold baker at work"),
    ("negative_phrasing", f"{SOUND}, no people", "no people", f"{SOUND}, alone"),
]


@pytest.mark.parametrize(("rule", "hit", "place", "miss"), RULES)
def test_rule(rule, hit, place, miss):
    assert place in found(hit, rule)
    assert found(miss, rule) == []


def test_camera_and_light_are_missed_where_there_is_something_to_see():
    bare = "A woman waters plants"
    assert list(reviewed(bare).rules()) == ["no_camera", "no_light"]
    assert list(reviewed(f"{bare}, wide shot, window light").rules()) == []
    assert list(reviewed("Plants").rules()) == ["too_vague"]


def test_actions_are_counted_against_the_seconds():
    prompt = "A man runs to a door, wide shot, morning light, opens it and laughs"
    assert found(prompt, "too_much", seconds=3) == ["opens"]
    assert found(prompt, "too_much", seconds=5) == ["laughs"]
    assert found(prompt, "too_much", seconds=6) == []
    assert found("A woman sitting, wearing red, smiling", "too_much", seconds=3) == []


def test_a_move_may_follow_another_in_a_long_clip():
    prompt = f"{SOUND}, zoom in, then zoom out"
    assert found(prompt, "conflict", seconds=5) == ["zoom out"]
    assert found(prompt, "conflict", seconds=8) == []


def test_length_is_counted_as_the_vendor_counts():
    fits, beyond = "🎬" * 500, "🎬" * 500 + "a"
    assert found(fits, "too_long") == []
    said = [one for one in reviewed(beyond).findings if one.rule == "too_long"]
    assert [one.message for one in said] == ["Runway takes 1,000 characters; this has 1,001."]
    assert said[0].remedy == "Shorten it by 1 characters."
    assert found("a" * 2500, "too_long", limits=(KLING,)) == []
    assert found("a" * 2501, "too_long", limits=(KLING,)) == ["a"]


def test_only_the_first_offer_blocks_and_what_the_desk_adds_counts():
    styled = limits_of("runway", name="Runway", added=" In film light.")
    said = reviewed("a" * 990, limits=(PIKA, styled)).findings
    long = [one for one in said if one.rule == "too_long"]
    assert [(one.severity, one.message) for one in long] == [
        (Severity.WARNS, "Runway takes 985 characters with what the desk adds; this has 990.")
    ]


@pytest.mark.parametrize(
    ("prompt", "severity"),
    [
        ("A red bottle on a table", Severity.WARNS),
        (" ".join(f"word{n}" for n in range(40)) + " turns", Severity.HINTS),
        ("Slow zoom in and gentle 15-degree rotation", None),
        ("Steam rises", None),
    ],
)
def test_a_picture_needs_its_motion_told(prompt, severity):
    said = [one for one in reviewed(prompt, mode=IMAGE).findings if one.rule == "describes_picture"]
    assert [one.severity for one in said] == ([severity] if severity else [])
    assert found(prompt, "describes_picture") == []


def test_where_negatives_go_depends_on_the_offer():
    prompt = f"{SOUND}, without text"
    there, here = reviewed(prompt, limits=(PIKA,)), reviewed(prompt)
    assert list(there.rules()) == list(here.rules()) == ["negative_phrasing"]
    assert "negative_prompt" in there.findings[0].remedy
    assert "negative_prompt" not in here.findings[0].remedy


def test_the_clients_own_phrases_are_no_brand_no_opinion_and_no_negation():
    prompt = "A can of Pepsi Cool beside No Sugar flakes, close-up, sun"
    assert set(reviewed(prompt).rules()) == {"brand", "subjective", "negative_phrasing"}
    locked = ("Pepsi Cool", "no sugar flakes")
    assert list(reviewed(prompt, locked=locked).rules()) == []


def test_what_the_brand_kit_avoids():
    assert found("A cheap can of tea on ice", "avoided", avoid=("cheap",)) == ["cheap"]
    assert found("A can of tea on ice", "avoided", avoid=("cheap", "…")) == []


def test_sandbox_directives_are_no_words_but_take_room():
    said = reviewed("[[sandbox: fail=moderation naked]] Phone")
    assert list(said.rules()) == ["too_vague"]
    assert found("[[sandbox: stall]] " + "a" * 990, "too_long") == ["a" * 9]


def test_another_script_is_not_judged_by_english_lists():
    assert list(reviewed("夕暮れの海辺を走る犬").rules()) == ["not_english"]
    assert list(reviewed("Ein Hund", language="de").rules()) == []


def test_score_and_verdict():
    assert (reviewed(SOUND).score, reviewed(SOUND).verdict) == (100, Verdict.READY)
    worse = reviewed("cool nice awesome dog runs home")
    assert (worse.score, worse.verdict) == (75, Verdict.IMPROVE)
    assert len([one for one in reviewed("cool " * 50).findings if one.rule == "subjective"]) == 5
    assert reviewed("Phone").verdict is Verdict.REWORK
