"""What a clip costs before it is made."""

from datetime import date

import pytest

from generation.money.pricing import NoPrice, as_json_number, estimate, price_leg
from providers.catalogue import offers_in
from providers.types import GenerationMode, Tier
from tests.shop import stock

TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def loaded(db):
    stock()


def asked(duration=5, quality=Tier.STANDARD, provider=None, name="2025-seed", **more):
    return estimate(
        duration=duration, quality=quality, provider=provider, catalogue_name=name, on=TODAY, **more
    )


def test_the_briefs_example():
    answer = asked(provider="runway")
    assert (as_json_number(answer.micros), answer.provider) == (0.25, "runway")
    assert list(answer.breakdown) == ["sora", "runway", "kling", "pika"]
    assert {name: as_json_number(micros) for name, micros in answer.breakdown.items()} == {
        "sora": 1.25,
        "runway": 0.25,
        "kling": 0.15,
        "pika": 0.10,
    }
    assert answer.savings_tip == "Save $1.15 by using Pika instead of Sora"


@pytest.mark.parametrize(
    ("quality", "provider", "micros"),
    [
        (Tier.DRAFT, "pika", 100_000),
        (Tier.STANDARD, "runway", 250_000),
        (Tier.HIGH, "sora", 1_250_000),
        (Tier.MASTER, "sora", 1_250_000),
    ],
)
def test_without_a_provider_the_tiers_first_is_priced(quality, provider, micros):
    answer = asked(quality=quality)
    assert (answer.provider, answer.micros) == (provider, micros)


def test_a_provider_that_cannot_is_left_blank():
    answer = asked(duration=9, quality=Tier.DRAFT)
    assert (answer.provider, answer.micros) == ("kling", 270_000)
    assert answer.breakdown == {
        "sora": 2_250_000,
        "runway": 450_000,
        "kling": 270_000,
        "pika": None,
    }
    assert answer.savings_tip == "Save $1.98 by using Kling instead of Sora"


def test_no_tip_without_a_choice():
    assert asked(duration=20, quality=Tier.HIGH).savings_tip == ""


def test_too_long_for_the_provider_says_who_makes_how_much():
    with pytest.raises(
        NoPrice, match=r"makes 9 s\. Runway makes up to 10 s, Sora up to 20 s, Kling"
    ):
        asked(duration=9, provider="pika")


def test_images_are_priced_at_offers_that_take_them():
    answer = asked(quality=Tier.HIGH, mode=GenerationMode.IMAGE_TO_VIDEO)
    assert (answer.provider, answer.micros) == ("runway", 250_000)
    assert answer.breakdown["sora"] is None


def test_the_live_catalogue_bills_whole_lengths_and_knows_no_sora():
    answer = asked(quality=Tier.MASTER, name="2026-11")
    assert (answer.provider, answer.billed_seconds, answer.micros) == ("runway", 6, 1_200_000)
    assert answer.breakdown["sora"] is None


def test_a_leg_names_its_price_row():
    offer = next(o for o in offers_in("2026-11", on=TODAY) if o.model == "kling-2.6")
    price = price_leg(offer, seconds_asked=7)
    assert (price.asked_seconds, price.billed_seconds, price.micros) == (7, 10, 420_000)
    assert price.price_row_id == offer.price_row_id
    with pytest.raises(NoPrice, match=r"Kling 2\.6 makes up to 10 s, not 11 s"):
        price_leg(offer, seconds_asked=11)
