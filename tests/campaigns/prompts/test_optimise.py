"""What a rewriting does, for each offer, and what it says about it."""

import pytest

from campaigns.prompts.limits import limits_of
from campaigns.prompts.optimise import Brand, Change, Piece, optimise
from providers.types import GenerationMode

RUNWAY = limits_of("runway", name="Runway")
KLING = limits_of("kling", name="Kling")
PIKA = limits_of("pika", name="Pika", negative_prompt=True)
SORA = limits_of("sora", name="Sora")
TEXT, IMAGE = GenerationMode.TEXT_TO_VIDEO, GenerationMode.IMAGE_TO_VIDEO
RUNNER = "Person running on treadmill in modern gym, focused expression, cinematic camera movement"
LAPTOP = "Close-up of hands typing on laptop, bright office environment, shallow depth of field"


def proposed(prompt, *, offer=RUNWAY, seconds=5, mode=TEXT, **more):
    return optimise(prompt, offer_limits=(offer,), seconds=seconds, generation_mode=mode, **more)


def rewritten(prompt, **more):
    return proposed(prompt, **more).rewritten


@pytest.mark.parametrize(
    ("offer", "text"),
    [
        (
            RUNWAY,
            "Cinematic camera movement. Person running on treadmill in modern gym, focused"
            " expression, soft natural light.",
        ),
        (
            KLING,
            "Person running on treadmill in modern gym, focused expression, soft natural light,"
            " cinematic camera movement",
        ),
        (
            PIKA,
            "Person running on treadmill in modern gym, focused expression, soft natural light,"
            " cinematic camera movement",
        ),
        (
            SORA,
            "Shot: Cinematic camera movement. Scene: Person running on treadmill in modern gym,"
            " focused expression. Lighting: Soft natural light.",
        ),
    ],
)
def test_each_offer_gets_its_own_layout(offer, text):
    assert rewritten(RUNNER, offer=offer) == text


@pytest.mark.parametrize("offer", [RUNWAY, KLING, PIKA, SORA])
@pytest.mark.parametrize(
    "prompt", [LAPTOP, "Phone", "Make a video", "", "   ", "cool", "夕暮れの海"]
)
def test_where_there_is_nothing_to_do_the_prompt_stays(prompt, offer):
    said = proposed(prompt, offer=offer)
    assert (said.rewritten, said.changes) == (prompt, ())
    assert said.findings_after == said.findings_before


def test_what_only_a_person_can_add_is_said():
    said = proposed("Cool gym scene")
    assert said.rewritten == "Gym scene"
    assert said.notes == ("Only you know what happens there: add who does what.",)
    assert [one.rule for one in said.findings_after] == ["unclear"]
    assert proposed("Make a video").notes[0].startswith("Only you know what should be seen")


def test_every_change_has_its_reason():
    said = proposed(
        "Make a video of a really amazing dog running on the beach, no people, static shot,"
        " camera orbits. 8k",
        offer=PIKA,
    )
    assert said.rewritten == "A dog running on the beach, soft natural light, static shot"
    assert said.negative_prompt == "people"
    assert said.changes == (
        Change(
            rule="asks_for_film",
            reason="The request itself cannot be seen.",
            before="Make a video of",
        ),
        Change(rule="subjective", reason="An opinion cannot be filmed.", before="really amazing"),
        Change(rule="boosters", reason="The offer decides the resolution.", before="8k"),
        Change(
            rule="negative_phrasing",
            reason="Naming it in the prompt invites it; the provider has a field for it.",
            before="people",
        ),
        Change(
            rule="conflict", reason="One camera cannot do both at once.", before="camera orbits"
        ),
        Change(rule="no_light", reason="The light was left to chance.", after="soft natural light"),
        Change(
            rule="order",
            reason="Pika follows short prompts best: subject, action, camera.",
        ),
    )
    assert "conflict" in {one.rule for one in said.findings_before}
    assert said.findings_after == ()


def test_the_difference_is_told_word_by_word():
    assert proposed("An amazing kitchen at dawn, slow pan", offer=KLING).diff == (
        Piece(kind="delete", text="An amazing "),
        Piece(kind="insert", text="A "),
        Piece(kind="equal", text="kitchen at dawn, slow pan"),
    )


@pytest.mark.parametrize(
    ("prompt", "text"),
    [
        ("An amazing sunset over a bay, slow pan", "A sunset over a bay, slow pan"),
        ("A nice orange kite at noon, slow pan", "An orange kite at noon, slow pan"),
        ("A cool and modern kitchen at dawn, slow pan", "A modern kitchen at dawn, slow pan"),
        ("A modern and cool kitchen at dawn, slow pan", "A modern kitchen at dawn, slow pan"),
        ("The kitchen at dawn looks cool, slow pan", "The kitchen at dawn looks cool, slow pan"),
        ("A blue kite at noon, awesome, slow pan", "A blue kite at noon, slow pan"),
        ("A kite at noon, cool tones, slow pan", "A kite at noon, cool tones, slow pan"),
    ],
)
def test_opinions_leave_without_a_trace(prompt, text):
    assert rewritten(prompt, offer=KLING) == text


@pytest.mark.parametrize(
    ("prompt", "text", "avoid"),
    [
        ("A red kite at noon with no clouds, slow pan", "A red kite at noon, slow pan", "clouds"),
        ("A street at dusk, nobody, slow pan", "A street at dusk, nobody, slow pan", ""),
        (
            "A wide street at dusk, no one in sight, slow pan",
            "A wide street at dusk, slow pan",
            "people",
        ),
        (
            "A red kite at noon, don't show text or logos, slow pan",
            "A red kite at noon, slow pan",
            "text, logos",
        ),
    ],
)
def test_negatives_move_where_the_offer_takes_them(prompt, text, avoid):
    said = proposed(prompt, offer=PIKA)
    assert (said.rewritten, said.negative_prompt) == (text, avoid)
    assert proposed(prompt, offer=KLING).negative_prompt == ""


def test_what_to_avoid_is_kept_and_each_entry_stands_once():
    said = proposed(
        "A red kite at noon, no Text, no birds, slow pan",
        offer=PIKA,
        negative_prompt="text, blur",
        brand=Brand(avoid=("birds", "rival logos")),
    )
    assert said.negative_prompt == "text, blur, birds, rival logos"


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({}, "soft natural light, slow push in"),
        ({"style": "cinematic"}, "low warm side light, slow dolly in"),
        ({"brand": Brand(voice="Bold and loud")}, "hard bright light, quick push in"),
        (
            {"style": "animated", "brand": Brand(voice="Calm")},
            "even bright light, smooth tracking shot",
        ),
    ],
)
def test_camera_and_light_come_from_the_style_or_the_clients_voice(more, text):
    assert rewritten("A man waters his plants", offer=KLING, **more) == (
        f"A man waters his plants, {text}"
    )


def test_a_picture_gets_motion_and_no_light():
    assert rewritten("A red bottle on a table", mode=IMAGE) == (
        "Slow push in. A red bottle on a table."
    )
    assert rewritten("Steam rises from the cup", mode=IMAGE) == "Steam rises from the cup"


def test_locked_phrases_stay_byte_for_byte():
    prompt = "The amazing Cool & Nice™ No Sugar bar, an 8K Bar, no people, at noon, slow pan"
    locked = ("Cool & Nice™ No Sugar", "8K Bar")
    said = proposed(prompt, offer=PIKA, locked=locked)
    assert said.rewritten == "The Cool & Nice™ No Sugar bar, an 8K Bar, at noon, slow pan"
    assert said.negative_prompt == "people"


def test_a_document_becomes_a_prompt():
    prompt = "# Idea\n- a **baker** at dawn 🎬\n- slow pan\nhttps://example.com/brief"
    said = proposed(prompt, offer=KLING)
    assert said.rewritten == "Idea. A baker at dawn. Slow pan."
    assert {one.rule for one in said.changes} == {"address", "markup", "emoji"}


def test_an_overlong_prompt_loses_its_last_details_first():
    scene = "Acme Glow on a shelf in a shop at dawn"
    details = [f"detail number {n} of the shelf behind it" for n in range(40)]
    prompt = ", ".join([scene, *details, "slow pan"])
    said = proposed(prompt, locked=("detail number 39 of the shelf",))
    assert RUNWAY.length_of(prompt) > 1000 >= RUNWAY.length_of(said.rewritten)
    assert said.rewritten.startswith(f"Slow pan. {scene}, detail number 0 of")
    assert said.rewritten.endswith("detail number 39 of the shelf behind it.")
    assert "detail number 38" not in said.rewritten
    short = rewritten(prompt, offer=PIKA)
    assert len(short) <= 320
    assert short.startswith(scene)


def test_one_endless_clause_is_cut_between_words():
    said = proposed("kite " * 400)
    assert said.rewritten == ("Kite " + "kite " * 199).strip()
    assert proposed("x" * 1200).rewritten == "X" + "x" * 999
    assert proposed("x" * 1200, locked=("x" * 1100,)).rewritten == "x" * 1200


def test_directives_stay_and_stand_last():
    assert rewritten("[[sandbox: stall]] A nice old kite at noon, slow pan", offer=KLING) == (
        "An old kite at noon, slow pan [[sandbox: stall]]"
    )
