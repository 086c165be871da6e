"""Which offers are tried, in which order, at what price, and why others are not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from generation.quotes import quote
from generation.routing import Leg, NoOffer, RouteAsk, plan_route, tier_above
from providers.market import market
from providers.models import ProviderAccount
from providers.types import GenerationMode, Tier
from tests.shop import stock

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TEXT = GenerationMode.TEXT_TO_VIDEO
IMAGE = GenerationMode.IMAGE_TO_VIDEO
ASK = RouteAsk(generation_mode=TEXT, tier=Tier.STANDARD, seconds=5, ratio="16:9", mode="test")


@pytest.fixture(autouse=True)
def loaded(db):
    stock()


@pytest.fixture
def keys(settings):
    """Live keys for everybody."""
    settings.PROVIDER_KEYS = {
        "runway": {"key": "key_x"},
        "sora": {"key": "sk-x"},
        "kling": {"key": "k"},
        "pika": {"key": "p", "transport": "fal"},
    }


def route(**changes):
    ask = replace(ASK, **changes)
    return plan_route(ask, trade=market(ask.mode, now=NOON))


def order(planned):
    return [leg.provider for leg in planned.legs]


def reasons(planned):
    return {miss.provider: miss.reason_code for miss in planned.left_out}


@pytest.mark.parametrize(
    ("tier", "providers", "likely", "cap"),
    [
        (Tier.DRAFT, ["pika", "kling", "runway"], 100_000, 250_000),
        (Tier.STANDARD, ["runway", "kling", "pika"], 250_000, 250_000),
        (Tier.HIGH, ["sora", "runway", "kling"], 1_250_000, 1_250_000),
        (Tier.MASTER, ["sora", "runway"], 1_250_000, 1_250_000),
    ],
)
def test_the_tiers_of_the_contract(tier, providers, likely, cap):
    planned = route(tier=tier)
    assert order(planned) == providers
    assert (planned.likely_micros, planned.cap_micros) == (likely, cap)
    assert planned.left_out == ()


@pytest.mark.parametrize(
    ("tier", "providers"),
    [
        (Tier.DRAFT, ["pika", "kling", "runway"]),
        (Tier.STANDARD, ["runway", "kling", "pika"]),
        (Tier.HIGH, ["runway", "kling"]),
        (Tier.MASTER, ["runway"]),
    ],
)
def test_pictures_skip_who_cannot_animate_them(tier, providers):
    planned = route(tier=tier, generation_mode=IMAGE)
    assert order(planned) == providers
    runway = next(leg for leg in planned.legs if leg.provider == "runway")
    assert runway.model == "gen4_turbo"
    if tier in (Tier.HIGH, Tier.MASTER):
        assert reasons(planned) == {"sora": "no_such_mode"}
        assert planned.left_out[0].reason == "Sora makes no image to video"


def test_the_example_campaign_costs_exactly_one_dollar_eighteen():
    draft = replace(ASK, tier=Tier.DRAFT)
    product = replace(ASK, tier=Tier.HIGH, generation_mode=IMAGE)
    transition = replace(draft, seconds=3)
    asks = [draft] * 5 + [product] * 2 + [transition] * 3
    priced = quote(asks, now=NOON)
    assert priced.likely_micros == 1_180_000
    assert priced.by_provider == {"pika": 680_000, "runway": 500_000}
    # The dearest legs: Runway at $0.25 for the drafts and products, $0.15 for transitions.
    assert priced.worst_micros == 5 * 250_000 + 2 * 250_000 + 3 * 150_000
    assert len(priced.lines) == 10
    assert priced.valid_until == NOON + timedelta(minutes=15)


def test_no_quote_outlives_its_day():
    late = datetime(2026, 11, 23, 23, 50, tzinfo=UTC)
    assert quote([ASK], now=late).valid_until == datetime(2026, 11, 24, tzinfo=UTC)


def test_a_batch_asks_the_database_once(django_assert_max_num_queries):
    asks = [replace(ASK, seconds=3 + index % 5) for index in range(1000)]
    with django_assert_max_num_queries(3):
        assert len(quote(asks, now=NOON).lines) == 1000


def test_the_asked_provider_comes_first():
    assert order(route(provider="kling")) == ["kling", "runway", "pika"]


def test_without_fallback_the_asked_provider_is_the_only_one():
    assert order(route(provider="kling", enable_fallback=False)) == ["kling"]
    with pytest.raises(NoOffer) as refused:
        route(provider="pika", enable_fallback=False, seconds=9)
    assert refused.value.field == "duration"
    assert [m.reason for m in refused.value.left_out] == ["Pika makes up to 8 s"]


def test_without_fallback_nor_provider_the_first_is_the_only_one():
    assert order(route(tier=Tier.DRAFT, enable_fallback=False)) == ["pika"]


def test_a_dearer_provider_asked_for_by_name_raises_the_cap_to_its_own_price():
    planned = route(tier=Tier.DRAFT, provider="sora")
    assert order(planned) == ["sora", "pika", "kling", "runway"]
    assert (planned.likely_micros, planned.cap_micros) == (1_250_000, 1_250_000)


def test_max_cost_leaves_out_what_is_dearer():
    planned = route(tier=Tier.HIGH, max_cost_micros=300_000)
    assert order(planned) == ["runway", "kling"]
    assert planned.cap_micros == 300_000
    assert [(m.reason_code, m.reason) for m in planned.left_out] == [
        ("dearer_than_cap", "Sora costs $1.25, above the cap of $0.30")
    ]
    with pytest.raises(NoOffer) as refused:
        route(max_cost_micros=50_000)
    assert refused.value.field == "max_cost"


def test_max_cost_binds_an_asked_provider_too():
    planned = route(tier=Tier.DRAFT, provider="sora", max_cost_micros=250_000)
    assert order(planned) == ["pika", "kling", "runway"]


def test_too_long_is_left_out_and_refused_when_nobody_can():
    planned = route(tier=Tier.DRAFT, seconds=9)
    assert order(planned) == ["kling", "runway"]
    assert reasons(planned) == {"pika": "too_long"}
    assert planned.cap_micros == 450_000
    with pytest.raises(NoOffer) as refused:
        route(seconds=12)
    assert refused.value.message == (
        "No offer of this request makes 12 s."
        " Runway makes up to 10 s, Sora up to 20 s, Kling up to 10 s, Pika up to 8 s."
    )
    assert refused.value.field == "duration"
    assert order(route(tier=Tier.HIGH, seconds=20)) == ["sora"]


def test_a_shut_account_is_left_out_with_its_reason():
    ProviderAccount.objects.filter(provider="runway", mode="test").update(
        circuit="open", circuit_reason="Runway is down", circuit_until=NOON + timedelta(minutes=1)
    )
    planned = route()
    assert order(planned) == ["kling", "pika"]
    assert [(m.reason_code, m.reason) for m in planned.left_out] == [
        ("circuit_open", "Runway Gen-3 is left alone: Runway is down")
    ]
    assert planned.cap_micros == 250_000
    with pytest.raises(NoOffer):
        route(provider="runway", enable_fallback=False)


def test_needs_are_kept_by_every_leg():
    assert order(route(needs=frozenset({"negative_prompt"}))) == ["pika"]
    assert reasons(route(needs=frozenset({"seed"}))) == {"kling": "lacks_ability"}


def test_a_last_frame_leaves_out_who_cannot_end_on_a_picture():
    planned = route(generation_mode=IMAGE, needs=frozenset({"first_last_frame"}))
    assert order(planned) == ["kling", "pika"]
    assert [(m.reason_code, m.reason) for m in planned.left_out] == [
        ("lacks_ability", "Runway Gen-3 takes no last frame")
    ]
    with pytest.raises(NoOffer) as none:
        route(
            generation_mode=IMAGE,
            needs=frozenset({"first_last_frame"}),
            provider="runway",
            enable_fallback=False,
        )
    assert none.value.message == (
        "No offer can take this request: Runway Gen-3 takes no last frame."
    )


def test_a_leg_says_how_its_clip_becomes_the_asked_one():
    leg = route(ratio="4:5").legs[0]
    assert (leg.native_ratio, leg.wire_ratio) == ("9:16", "720:1280")
    assert (leg.needs_reframe, leg.needs_trim) == (True, False)
    assert (leg.typical_seconds, leg.slow_seconds, leg.deadline_seconds) == (4, 8, 1800)
    pika = route(ratio="4:5").legs[2]
    assert (pika.native_ratio, pika.needs_reframe) == ("4:5", False)


def test_a_leg_survives_its_json():
    leg = route().legs[0]
    stored = leg.as_json()
    stored["abilities"] = list(stored["abilities"])
    assert Leg.from_json(stored) == leg


def test_live_without_keys_has_no_route():
    with pytest.raises(NoOffer) as refused:
        route(mode="live")
    assert {m.reason_code for m in refused.value.left_out} == {"not_configured"}
    assert refused.value.field == "quality"


def test_live_master_falls_through_the_retired_sora(keys):
    planned = route(mode="live", tier=Tier.MASTER)
    assert [leg.model for leg in planned.legs] == ["veo3.1", "veo3.1_fast", "gen4.5"]
    first = planned.legs[0]
    assert (first.asked_seconds, first.billed_seconds, first.price_micros) == (5, 6, 1_200_000)
    assert (first.needs_trim, first.transport, first.options) == (True, "plain", {"audio": False})
    assert [(m.model, m.reason) for m in planned.left_out] == [
        ("sora-2-pro", "Sora Pro is retired since 2026-09-24")
    ]


def test_live_master_animates_pictures(keys):
    planned = route(mode="live", tier=Tier.MASTER, generation_mode=IMAGE, seconds=10)
    assert [leg.model for leg in planned.legs] == ["gen4.5"]


def test_live_asked_provider_takes_its_nearest_able_model(keys):
    planned = route(mode="live", tier=Tier.DRAFT, provider="kling", seconds=12)
    assert [leg.model for leg in planned.legs] == ["kling-3.0-turbo"]
    assert planned.legs[0].price_micros == planned.cap_micros == 1_344_000


def test_live_sora_asked_for_falls_back(keys):
    planned = route(mode="live", provider="sora")
    assert order(planned) == ["runway", "kling", "kling", "pika"]
    assert reasons(planned) == {"sora": "retired"}


def test_a_legacy_key_of_kling_reaches_no_turbo(keys, settings):
    settings.PROVIDER_KEYS = {
        **settings.PROVIDER_KEYS,
        "kling": {"access_key": "a", "secret_key": "s"},
    }
    planned = route(mode="live")
    assert [leg.model for leg in planned.legs] == ["gen4.5", "kling-3.0", "fal-ai/pika/v2.2"]
    assert reasons(planned) == {"kling": "not_configured"}


def test_the_tier_above():
    assert [tier_above(tier) for tier in Tier] == [
        Tier.STANDARD,
        Tier.HIGH,
        Tier.MASTER,
        Tier.MASTER,
    ]
