"""From a brief to a storyboard: the golden one, the rules one by one, and any brief at all."""

from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.models import ShotRole
from campaigns.planning import wording
from campaigns.planning.facts import BriefFacts, KitFacts, Origin, ProductFacts
from campaigns.planning.planner import MOST_SHOTS, SECONDS, plan
from generation.asks import RATIOS
from providers.types import Tier
from tests.campaigns.planning.conftest import SCENES

APP = ProductFacts(uid="prod_1", name="FitnessPro App", photos=("asset_1", "asset_2"))
SEED = BriefFacts(products=(APP,), scenes=SCENES, b_roll_count=5, transition_count=3, ratio="9:16")


def roles(found):
    return [shot.role.value for shot in found.shots]


def prompts(found, role):
    return [shot.prompt for shot in found.shots if shot.role == role]


def test_the_seeds_brief_is_five_scenes_two_product_shots_and_three_transitions():
    found = plan(SEED)
    counted = [(s.role.value, s.tier.value, s.seconds, s.ratio) for s in found.shots]
    assert counted.count(("b_roll", "draft", 5, "9:16")) == 5
    assert counted.count(("product", "high", 5, "9:16")) == 2
    assert counted.count(("transition", "draft", 3, "9:16")) == 3
    assert len(counted) == 10
    assert found.seconds == 44


def test_transitions_are_spread_over_the_gaps():
    assert roles(plan(SEED)) == [
        "b_roll", "b_roll", "transition", "b_roll", "b_roll", "transition", "b_roll", "product",
        "transition", "product",
    ]  # fmt: skip


def test_written_scenes_come_first_and_as_they_stand():
    scenes = prompts(plan(SEED), ShotRole.B_ROLL)
    assert tuple(scenes[:3]) == SCENES
    assert all("FitnessPro App" in scene for scene in scenes[3:])


def test_what_is_invented_is_said():
    assert plan(SEED).notes == (
        "2 of 5 scenes are invented from the product, its audience and its benefits. Write your"
        " own into the brief to replace them.",
    )


def test_a_photo_becomes_a_product_shot_that_says_only_what_moves():
    shots = [shot for shot in plan(SEED).shots if shot.role == ShotRole.PRODUCT]
    assert [(shot.photo, shot.product) for shot in shots] == [
        ("asset_1", "prod_1"),
        ("asset_2", "prod_1"),
    ]
    assert [shot.prompt for shot in shots] == list(wording.MOTIONS[:2])


def test_hook_and_end_card_stand_at_the_ends():
    found = plan(BriefFacts(products=(APP,), with_hook=True, with_end_card=True))
    assert roles(found) == ["hook", "b_roll", "b_roll", "b_roll", "product", "product", "end_card"]


def test_scenes_are_invented_for_each_product_in_turn():
    other = ProductFacts(uid="prod_2", name="Glow Serum", photos=("asset_3",))
    scenes = prompts(plan(BriefFacts(products=(APP, other), b_roll_count=4)), ShotRole.B_ROLL)
    assert ["Glow Serum" in scene for scene in scenes] == [False, True, False, True]


def test_a_brief_that_tells_of_nothing_asks_for_something_to_show():
    found = plan(BriefFacts())
    assert found.shots == ()
    assert found.notes == (
        "The brief tells of nothing to show yet. Add a product, or write a scene.",
    )


def test_the_kits_words_stand_behind_the_prompt_and_its_avoidances_in_the_negative_one():
    kit = KitFacts(voice="Calm, plain.", colours=("Forest", "Sand", "Ink"), avoid=("crowds",))
    facts = BriefFacts(scenes=("A hand opens a box",), never=("smoke", "crowds"), kit=kit)
    [shot] = plan(facts).shots
    assert shot.prompt == "A hand opens a box. Colours: Forest, Sand and Ink. Mood: Calm, plain."
    assert shot.negative_prompt == "smoke, crowds"


def test_what_must_be_seen_goes_into_an_invented_scene_or_is_told():
    shown = plan(BriefFacts(products=(APP,), b_roll_count=2, must=("the red lid",)))
    assert "Clearly in view: the red lid" in prompts(shown, ShotRole.B_ROLL)[0]
    untold = plan(BriefFacts(scenes=("A hand opens a box",), must=("the red lid", "a BOX")))
    assert untold.notes == ("No shot shows “the red lid” yet. Write it into one of the prompts.",)


def test_locked_phrases_come_out_byte_for_byte():
    phrase = "Feel  the—Glow™"
    kit = KitFacts(locked_phrases=(phrase,))
    facts = BriefFacts(scenes=(f"{phrase}, told by a runner",), must=(phrase,), kit=kit)
    assert phrase in plan(facts).shots[0].prompt


WORDS = st.text(max_size=60)
LISTS = st.lists(WORDS, max_size=4).map(tuple)
PRODUCTS = st.lists(
    st.builds(ProductFacts, uid=WORDS, name=WORDS, audience=WORDS, benefits=LISTS, photos=LISTS),
    max_size=3,
).map(tuple)
BRIEFS = st.builds(
    BriefFacts,
    seed=st.integers(0, 2**32),
    goal=WORDS,
    audience=WORDS,
    message=WORDS,
    must=LISTS,
    never=LISTS,
    benefits=LISTS,
    products=PRODUCTS,
    placements=LISTS,
    scenes=LISTS,
    b_roll_count=st.none() | st.integers(0, 400),
    transition_count=st.integers(0, 400),
    with_hook=st.booleans(),
    with_end_card=st.booleans(),
    total_seconds=st.none() | st.integers(0, 600),
    ratio=st.sampled_from(RATIOS),
    tier=st.sampled_from(Tier),
    style=st.sampled_from(["", "cinematic"]),
    deadline=st.none() | st.dates(),
    kit=st.builds(KitFacts, voice=WORDS, colours=LISTS, locked_phrases=LISTS, avoid=LISTS),
)


@settings(max_examples=60, deadline=None)
@given(BRIEFS)
def test_any_brief_has_a_plan_and_always_the_same(facts):
    found = plan(facts, today=date(2026, 11, 23))
    assert found == plan(facts, today=date(2026, 11, 23))
    assert len(found.shots) <= MOST_SHOTS
    assert found.seconds == sum(SECONDS[shot.role] for shot in found.shots)
    assert all(one.message and one.setting for one in found.contradictions)
    said = [shot.prompt for shot in found.shots if shot.origin == Origin.ASKED]
    written = list(dict.fromkeys(scene for scene in facts.scenes if scene.strip()))
    assert all(scene in prompt for scene, prompt in zip(written, said, strict=False))
    order = [role for role in roles(found) if role != "transition"]
    ranks = ["hook", "b_roll", "product", "end_card"]
    assert order == sorted(order, key=ranks.index)


@settings(max_examples=40, deadline=None)
@given(BRIEFS, st.text(min_size=1, max_size=40).filter(str.strip))
def test_a_locked_phrase_in_a_scene_survives_whatever_else_is_said(facts, phrase):
    kit = replace(facts.kit, locked_phrases=(phrase,))
    found = plan(replace(facts, scenes=(f"A runner says {phrase} now",), kit=kit))
    assert phrase in prompts(found, ShotRole.B_ROLL)[0]
