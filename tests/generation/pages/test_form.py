"""What was typed becomes an ask, or each mistake is named at its field."""

import pytest
from django.http import QueryDict

from generation.pages.form import Typed, Wrong, read, typed_from, typed_of
from providers.types import GenerationMode, Tier


def test_an_untouched_form_asks_for_the_usual():
    ask = read(Typed(prompt="A kettle boils"))
    assert (ask.seconds, ask.tier, ask.ratio) == (5, Tier.STANDARD, "16:9")
    assert (ask.provider, ask.enable_fallback, ask.max_cost_micros) == ("", True, None)


def test_every_mistake_is_named_at_once():
    typed = Typed(seconds="2", seed="abc", max_cost="-1", tier="best", mode="image_to_video")
    with pytest.raises(Wrong) as caught:
        read(typed)
    assert caught.value.errors == {
        "prompt": "Describe the scene or the motion.",
        "seconds": "Choose 3 to 20 whole seconds.",
        "seed": "A seed is a whole number from 0 to 2147483647.",
        "max_cost": "Write an amount in dollars, more than 0 and up to 1000.",
        "picture": "Add the picture that should move.",
        "tier": "Choose one of the four tiers.",
    }


@pytest.mark.parametrize(
    ("text", "micros"), [("0.25", 250_000), ("$1.5", 1_500_000), ("1000", 10**9), ("", None)]
)
def test_a_limit_is_read_in_dollars(text, micros):
    assert read(Typed(prompt="x", max_cost=text)).max_cost_micros == micros


@pytest.mark.parametrize("text", ["nan", "inf", "1e9", "0", "0.0000001", "one", "1,50"])
def test_a_limit_that_is_no_amount_is_refused(text):
    with pytest.raises(Wrong) as caught:
        read(Typed(prompt="x", max_cost=text))
    assert list(caught.value.errors) == ["max_cost"]


@pytest.mark.parametrize("text", ["", "5.5", "²", "21", "2", "-5", "9" * 40])
def test_seconds_are_whole_and_within_the_range(text):
    with pytest.raises(Wrong) as caught:
        read(Typed(prompt="x", seconds=text))
    assert caught.value.errors == {"seconds": "Choose 3 to 20 whole seconds."}


def test_a_picture_stays_with_the_form_and_out_of_a_text_ask():
    typed = Typed(prompt="x", picture="asset_1")
    assert read(typed).picture_uid == ""
    assert (
        read(Typed(prompt="x", picture="asset_1", mode="image_to_video")).picture_uid == "asset_1"
    )


def test_an_unticked_box_means_no_only_where_the_box_was_shown():
    assert typed_from(QueryDict("prompt=x")).enable_fallback is True
    assert typed_from(QueryDict("prompt=x&fallback_shown=1")).enable_fallback is False
    assert typed_from(QueryDict("fallback_shown=1&enable_fallback=1")).enable_fallback is True


def test_a_job_fills_the_form_that_asks_for_it_again(ask):
    job = ask("A kettle boils", seconds=4, ratio="4:5", seed=7, max_cost_micros=100_000)
    typed = typed_of(job)
    assert typed.has_more
    again = read(typed)
    assert (again.seconds, again.ratio, again.seed) == (4, "4:5", 7)
    assert (again.max_cost_micros, again.tier) == (100_000, Tier.DRAFT)
    assert again.generation_mode == GenerationMode.TEXT_TO_VIDEO
