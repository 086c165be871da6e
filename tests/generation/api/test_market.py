"""Providers and estimates: the seed's bodies."""

import pytest

from .conftest import only_error

pytestmark = pytest.mark.django_db
ESTIMATE = "ai-video/estimate-cost"


def test_the_seeds_estimate(caller):
    body = caller.get(ESTIMATE, duration=5, quality="standard", provider="runway").json()
    assert body == {
        "estimated_cost": 0.25,
        "duration": 5,
        "quality": "standard",
        "provider": "runway",
        "breakdown_by_provider": {"sora": 1.25, "runway": 0.25, "kling": 0.15, "pika": 0.10},
        "savings_tip": "Save $1.15 by using Pika instead of Sora",
        "billed_seconds": 5,
        "mode": "text_to_video",
    }


@pytest.mark.parametrize(
    ("query", "provider", "cost"),
    [
        ({}, "runway", 0.25),
        ({"quality": "draft"}, "pika", 0.10),
        ({"quality": "high"}, "sora", 1.25),
        ({"quality": "high", "mode": "image_to_video"}, "runway", 0.25),
        ({"quality": "master", "duration": 20}, "sora", 5.0),
        ({"quality": "draft", "duration": 3}, "pika", 0.06),
    ],
)
def test_without_a_provider_the_tiers_first(caller, query, provider, cost):
    body = caller.get(ESTIMATE, **query).json()
    assert (body["provider"], body["estimated_cost"]) == (provider, cost)


def test_who_cannot_make_it_has_no_price(caller):
    body = caller.get(ESTIMATE, duration=15, quality="master").json()
    assert body["breakdown_by_provider"] == {
        "sora": 3.75,
        "runway": None,
        "kling": None,
        "pika": None,
    }
    assert body["savings_tip"] == ""


@pytest.mark.parametrize(
    ("query", "code", "attr"),
    [
        ({"duration": 2}, "invalid", "duration"),
        ({"duration": 21}, "invalid", "duration"),
        ({"duration": "five"}, "invalid", "duration"),
        ({"duration": 9, "provider": "pika"}, "no_offer", "duration"),
        ({"quality": "best"}, "invalid_choice", "quality"),
        ({"provider": "luma"}, "invalid_choice", "provider"),
        ({"seconds": 5}, "unknown_field", "seconds"),
    ],
)
def test_what_cannot_be_estimated(caller, query, code, attr):
    assert only_error(caller.get(ESTIMATE, **query))[:3] == (400, code, attr)


def test_providers(caller):
    body = caller.get("ai-video/providers").json()
    assert (body["status"], body["recommendation"]) == (
        "success",
        "Use Runway Gen-3 for production, Pika for drafts",
    )
    assert [one["name"] for one in body["providers"]] == ["runway", "sora", "kling", "pika"]
    runway = body["providers"][0]
    assert {name: runway[name] for name in list(runway)[:7]} == {
        "name": "runway",
        "display_name": "Runway Gen-3 Alpha",
        "status": "available",
        "capabilities": ["text_to_video", "image_to_video"],
        "pricing": "$0.05/second",
        "max_duration": 10,
        "recommended_for": ["ad_creatives", "product_videos", "b_roll"],
    }
    assert (runway["circuit"], runway["reason"]) == ("closed", None)
    assert runway["price_date"] <= "2026-11-22"
    assert [one["status"] for one in body["providers"][1:]] == ["limited", "available", "available"]


def test_live_providers_without_keys(live_caller):
    body = live_caller.get("ai-video/providers").json()
    assert {one["name"]: one["status"] for one in body["providers"]} == {
        "runway": "not_configured",
        "sora": "retired",
        "kling": "not_configured",
        "pika": "not_configured",
    }
