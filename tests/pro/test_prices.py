"""The price list that ships with the client: the desk's own, and answered at once."""

import tomllib
from pathlib import Path

import pytest

from pro.ai_video_generator import GenerationMode, QualityTier, VideoProvider, estimate_cost
from pro.errors import InvalidRequest
from pro.prices import price_list

CATALOG = Path(__file__).resolve().parents[2] / "providers" / "catalog"
IMAGE = GenerationMode.IMAGE_TO_VIDEO


def in_catalogue(name):
    told = tomllib.loads((CATALOG / f"{name}.toml").read_text(encoding="utf-8"))
    on_sale = [offer for offer in told["offer"] if offer["lifecycle"] != "retired"]
    return {
        "catalogue": told["name"],
        "tiers": {tier: policy["order"] for tier, policy in told["tiers"].items()},
        "offers": [
            {
                "provider": offer["provider"],
                "model": offer["model"],
                "modes": offer["modes"],
                "seconds": lengths(offer),
                "price_per_second": offer["price_per_second"],
            }
            for offer in on_sale
        ],
    }


def lengths(offer):
    if "seconds_allowed" in offer:
        return offer["seconds_allowed"]
    return list(range(offer["seconds"]["min"], offer["seconds"]["max"] + 1))


@pytest.mark.parametrize(("mode", "name"), [("test", "2025-seed"), ("live", "2026-11")])
def test_it_equals_the_catalogue(mode, name):
    assert price_list()[mode] == in_catalogue(name)


@pytest.mark.parametrize(
    ("quality", "cost"), [("draft", 0.10), ("standard", 0.25), ("high", 1.25), ("master", 1.25)]
)
def test_five_seconds_in_each_tier(quality, cost):
    assert estimate_cost(duration=5, quality=QualityTier(quality)) == cost


@pytest.mark.parametrize(
    ("provider", "cost"), [("sora", 1.25), ("runway", 0.25), ("kling", 0.15), ("pika", 0.10)]
)
def test_five_seconds_at_each_provider(provider, cost):
    for quality in QualityTier:
        assert estimate_cost(5, quality=quality, provider=VideoProvider(provider)) == cost


def test_it_is_a_plain_number():
    cost = estimate_cost()
    assert (type(cost), cost) == (float, 0.25)


def test_pictures_begin_at_runway_in_the_high_tier():
    assert estimate_cost(5, quality=QualityTier.HIGH, mode=IMAGE) == 0.25


def test_the_next_offer_makes_what_is_too_long_for_the_first():
    assert estimate_cost(9, quality=QualityTier.DRAFT) == 0.27
    assert estimate_cost(20, quality=QualityTier.HIGH) == 5.0


def test_nothing_makes_it():
    with pytest.raises(InvalidRequest, match="runway up to 10 s, kling up to 10 s, pika up to 8 s"):
        estimate_cost(11, quality=QualityTier.STANDARD, mode=IMAGE)
    with pytest.raises(InvalidRequest, match="draft, standard, high, master"):
        estimate_cost(quality="best")


def test_a_live_key_means_live_prices(monkeypatch):
    monkeypatch.setenv("AIVIDEO_API_KEY", "aiv_live_1")
    assert estimate_cost(5, quality=QualityTier.DRAFT) == 0.2
    assert estimate_cost(6, quality=QualityTier.DRAFT) == 0.4  # ten seconds are billed
    assert estimate_cost(5, quality=QualityTier.HIGH) == 0.6  # Sora is retired
