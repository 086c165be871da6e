"""The catalogue in the database: loading, prices by day, and what one offer can do."""

from datetime import UTC, date, datetime

import pytest
from django.core.management import CommandError, call_command

from providers import catalogue as shelf
from providers.catalogue import catalogue, configured, forget, offers_in
from providers.catalogue_loading import CATALOG_FOLDER, load_folder
from providers.market import market
from providers.models import Lifecycle, Offer, PriceRow, ProviderAccount, TierPolicy
from providers.overview import providers_overview, recommendation
from providers.ratios import nearest_native
from providers.types import GenerationMode

TODAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
IMAGE = GenerationMode.IMAGE_TO_VIDEO
TEXT = GenerationMode.TEXT_TO_VIDEO


@pytest.fixture
def loaded(db):
    load_folder()


def offer(model, *, name="2025-seed"):
    return next(one for one in offers_in(name, on=TODAY) if one.model == model)


def test_loading_twice_adds_nothing(db):
    first = load_folder()
    assert (first.offers_added, first.prices_added) == (18, 18)
    second = load_folder()
    assert (second.offers_added, second.prices_added, second.retired) == (0, 0, 0)
    assert second.kept == []
    assert Offer.objects.count() == PriceRow.objects.count() == 18
    assert TierPolicy.objects.count() == 8
    assert ProviderAccount.objects.count() == 8


def test_the_past_is_never_rewritten(loaded, tmp_path):
    text = (CATALOG_FOLDER / "2025-seed.toml").read_text(encoding="utf-8")
    dearer = text.replace('price_per_second = "0.02"', 'price_per_second = "0.04"')
    (tmp_path / "seed.toml").write_text(dearer, encoding="utf-8")
    report = load_folder(tmp_path)
    assert len(report.kept) == 1
    assert offer("fal-ai/pika/v2.2").micros_per_second == 20_000


def test_a_dated_price_holds_from_its_day_on(loaded, tmp_path):
    text = (CATALOG_FOLDER / "2025-seed.toml").read_text(encoding="utf-8")
    head, mark, tail = text.partition('price_per_second = "0.02"')
    tail = tail.replace("2025-01-01", "2026-12-01", 1)
    later = f"{head}{mark.replace('0.02', '0.04')}{tail}"
    (tmp_path / "seed.toml").write_text(later, encoding="utf-8")
    assert load_folder(tmp_path).prices_added == 1
    before = offers_in("2025-seed", on=date(2026, 11, 30))[-1]
    after = offers_in("2025-seed", on=date(2026, 12, 1))[-1]
    assert (before.micros_per_second, after.micros_per_second) == (20_000, 40_000)
    assert after.price_row_id != before.price_row_id
    assert after.priced_since == date(2026, 12, 1)


@pytest.mark.parametrize(
    ("name", "models"),
    [
        ("2025-seed", ["kling-3.0", "fal-ai/pika/v2.2"]),
        ("2026-11", ["veo3.1", "veo3.1_fast", "kling-3.0", "fal-ai/pika/v2.2"]),
    ],
)
def test_offers_that_begin_and_end_on_pictures(loaded, name, models):
    able = [one for one in offers_in(name, on=TODAY) if "first_last_frame" in one.terms.abilities]
    assert [one.model for one in able] == models


def test_an_offer_that_left_the_file_is_retired_and_kept(loaded, tmp_path):
    text = (CATALOG_FOLDER / "2025-seed.toml").read_text(encoding="utf-8")
    text = text.replace('model = "sora-2"', 'model = "sora-3"')
    (tmp_path / "seed.toml").write_text(text, encoding="utf-8")
    assert load_folder(tmp_path).retired == 1
    assert Offer.objects.get(catalogue="2025-seed", model="sora-2").lifecycle == Lifecycle.RETIRED


def test_a_bad_file_writes_nothing(db, tmp_path, monkeypatch):
    (tmp_path / "bad.toml").write_text('name = "bad"', encoding="utf-8")
    monkeypatch.setattr("providers.catalogue_loading.CATALOG_FOLDER", tmp_path)
    monkeypatch.setattr(
        "providers.management.commands.load_catalogue.load_folder",
        lambda: load_folder(tmp_path),
    )
    with pytest.raises(CommandError, match=r"bad\.toml, field tiers"):
        call_command("load_catalogue")
    assert Offer.objects.count() == ProviderAccount.objects.count() == 0


def test_the_command_says_what_it_did(db, capsys):
    call_command("load_catalogue")
    assert "18 offers and 18 prices added" in capsys.readouterr().out


def test_before_the_first_price_nothing_is_on_offer(loaded):
    assert offers_in("2025-seed", on=date(2024, 12, 31)) == ()


def test_the_shelf_is_read_once_and_again_when_forgotten(loaded, django_assert_num_queries):
    forget()
    with django_assert_num_queries(2):
        catalogue("2025-seed", on=TODAY)
        catalogue("2025-seed", on=TODAY)
    forget()
    assert shelf._kept == {}
    with django_assert_num_queries(2):
        catalogue("2025-seed", on=TODAY)


@pytest.mark.parametrize(
    ("model", "asked", "billed"),
    [
        ("veo3.1", 5, 6),
        ("veo3.1", 8, 8),
        ("veo3.1", 9, None),
        ("kling-2.6", 3, 5),
        ("gen4.5", 2, 2),
    ],
)
def test_billed_seconds_are_the_shortest_that_covers(loaded, model, asked, billed):
    assert offer(model, name="2026-11").terms.billed_seconds(asked) == billed


@pytest.mark.parametrize(
    ("ratio", "natives", "chosen"),
    [
        ("16:9", ("9:16", "16:9"), "16:9"),
        ("4:5", ("9:16", "1:1", "3:4", "4:5"), "4:5"),
        ("4:5", ("16:9", "9:16", "1:1", "3:4"), "3:4"),
        ("4:5", ("16:9", "9:16", "1:1"), "1:1"),
        ("4:5", ("16:9", "9:16"), "9:16"),
        ("1:1", ("16:9", "9:16"), "16:9"),
        ("3:2", ("16:9", "1:1", "9:16"), "16:9"),
        ("2:3", ("16:9", "1:1", "9:16"), "9:16"),
    ],
)
def test_missing_ratios_come_from_the_nearest(ratio, natives, chosen):
    assert nearest_native(ratio, natives=natives) == chosen


def test_native_ratio_carries_the_vendors_word_and_pixels(loaded):
    shape = offer("gen4_turbo").terms.native_ratio_for("4:5", generation_mode=IMAGE)
    assert (shape.ratio, shape.wire, shape.width, shape.height) == ("3:4", "832:1104", 832, 1104)


def test_image_ratios_replace_those_of_text(loaded):
    terms = offer("gen4.5", name="2026-11").terms
    assert terms.native_ratio_for("1:1", generation_mode=TEXT).wire == "1280:720"
    assert terms.native_ratio_for("1:1", generation_mode=IMAGE).wire == "960:960"


def test_nothing_is_said_where_the_picture_decides(loaded):
    shape = offer("kling-3.0").terms.native_ratio_for("4:5", generation_mode=IMAGE)
    assert (shape.ratio, shape.wire) == ("4:5", "")


def test_live_needs_a_key_and_test_needs_none(settings):
    settings.PROVIDER_KEYS = {
        "runway": {"key": ""},
        "kling": {"key": "", "access_key": "a", "secret_key": "s"},
    }
    assert configured("runway", "test")
    assert not configured("runway", "live")
    assert configured("kling", "live")


def test_the_overview_in_test_mode_is_the_briefs(loaded):
    facts = providers_overview("test", trade=market("test", now=NOON))
    assert [
        (f.name, f.display_name, f.status, f.pricing, f.max_duration, f.recommended_for)
        for f in facts
    ] == [
        (
            "runway",
            "Runway Gen-3 Alpha",
            "available",
            "$0.05/second",
            10,
            ("ad_creatives", "product_videos", "b_roll"),
        ),
        (
            "sora",
            "OpenAI Sora",
            "limited",
            "$0.25/second",
            20,
            ("high_budget_campaigns", "brand_videos"),
        ),
        (
            "kling",
            "Kling AI",
            "available",
            "$0.03/second",
            10,
            ("realistic_motion", "human_subjects"),
        ),
        (
            "pika",
            "Pika Labs",
            "available",
            "$0.02/second",
            8,
            ("drafts", "iterations", "quick_tests"),
        ),
    ]
    assert [f.capabilities for f in facts] == [(TEXT, IMAGE), (TEXT,), (TEXT, IMAGE), (TEXT, IMAGE)]
    assert recommendation("test") == "Use Runway Gen-3 for production, Pika for drafts"


def test_the_overview_in_live_mode_tells_missing_keys_and_the_retired(loaded, settings):
    settings.PROVIDER_KEYS = {
        **settings.PROVIDER_KEYS,
        "runway": {"key": "key_x"},
        "sora": {"key": "sk-x"},
    }
    ProviderAccount.objects.filter(provider="runway", mode="live").update(
        state="draining", state_reason="is paused by us"
    )
    facts = {f.name: f for f in providers_overview("live", trade=market("live", now=NOON))}
    assert {name: (f.status, f.reason) for name, f in facts.items()} == {
        "runway": ("unavailable", "is paused by us"),
        "sora": ("retired", "Retired since 2026-09-24"),
        "kling": ("not_configured", "No key is set"),
        "pika": ("not_configured", "No key is set"),
    }
    assert facts["kling"].max_duration == 15
    assert facts["kling"].price_date == date(2026, 9, 1)
    assert recommendation("live") == "Use Runway Gen-4.5 for production, Pika for drafts"


def test_only_the_chosen_transport_of_pika_is_on_the_market(loaded, settings):
    models = [o.model for o in market("live", now=NOON).catalogue.named("pika")]
    assert models == ["fal-ai/pika/v2.2"]
    settings.PROVIDER_KEYS = {**settings.PROVIDER_KEYS, "pika": {"key": "p", "transport": "pika"}}
    models = [o.model for o in market("live", now=NOON).catalogue.named("pika")]
    assert models == ["pika/pika-2.5"]
