"""Reading and checking catalogue files, without a database."""

import tomllib

import pytest

from providers.catalogue_file import load_catalogue
from providers.catalogue_loading import CATALOG_FOLDER
from providers.catalogue_row import CatalogueError
from providers.types import Tier

SEED = CATALOG_FOLDER / "2025-seed.toml"
LIVE = CATALOG_FOLDER / "2026-11.toml"


def changed(tmp_path, old, new):
    """The seed file with its first `old` replaced."""
    text = SEED.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "changed.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_seed_has_the_briefs_names_prices_and_limits():
    file = load_catalogue(SEED)
    assert [
        (o.provider, o.display_name, o.micros_per_second, o.terms["lengths"][-1])
        for o in file.offers
    ] == [
        ("runway", "Runway Gen-3 Alpha", 50_000, 10),
        ("runway", "Runway Gen-3 Alpha", 50_000, 10),
        ("sora", "OpenAI Sora", 250_000, 20),
        ("kling", "Kling AI", 30_000, 10),
        ("pika", "Pika Labs", 20_000, 8),
    ]
    assert all(o.terms["lengths"][0] == 3 for o in file.offers)


def test_seed_tiers_are_the_contracts_table():
    file = load_catalogue(SEED)
    assert {row.tier: row.order for row in file.tiers} == {
        Tier.DRAFT: ("pika", "kling", "runway"),
        Tier.STANDARD: ("runway", "kling", "pika"),
        Tier.HIGH: ("sora", "runway", "kling"),
        Tier.MASTER: ("sora", "runway"),
    }


def test_every_live_row_says_where_it_comes_from():
    file = load_catalogue(LIVE)
    assert all(o.source and o.confidence != "brief" for o in file.offers)
    retired = {o.model: o.terms["retired_on"] for o in file.offers if o.lifecycle == "retired"}
    assert retired == {"sora-2": "2026-09-24", "sora-2-pro": "2026-09-24"}


def test_sound_is_off_wherever_it_costs_more():
    options = {o.model: o.terms["options"] for o in load_catalogue(LIVE).offers}
    assert options["veo3.1"] == {"audio": False}
    assert options["kling-3.0"] == {"settings": {"audio": "off", "multi_shot": False}}
    assert options["kling-2.6"] == {"settings": {"audio": "off"}}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'price_per_second = "0.05"',
            "price_per_second = 0.05",
            "offer 1 (runway gen4.5), field price_per_second: must be str",
        ),
        ('price_per_second = "0.05"', 'price_per_second = "0.0000005"', "more than six decimals"),
        ('price_per_second = "0.05"', 'price_per_second = "-1"', "must not be negative"),
        ('price_per_second = "0.05"', 'price_per_second = "NaN"', "must not be negative"),
        (
            "seconds = { min = 3, max = 10 }",
            "seconds = { min = 3, max = 2 }",
            "table seconds, field max: must be between 3 and 60",
        ),
        ("seconds = { min = 3, max = 10 }", "seconds_allowed = [10, 5]", "must rise"),
        ("seconds = { min = 3, max = 10 }", "seconds_allowed = [true]", "whole numbers"),
        ("seconds = { min = 3, max = 10 }", "", "give either seconds or seconds_allowed"),
        (
            'provider = "runway"',
            'provider = "runaway"',
            "field provider: must be one of runway, sora",
        ),
        ('modes = ["text_to_video"]', 'modes = ["text"]', "'text' is not one of"),
        ('modes = ["text_to_video"]', "modes = []", "field modes: must not be empty"),
        ('"9:16" = "720:1280"', '"wide" = "720:1280"', "'wide' is not a ratio"),
        ('"9:16" = "720x1280"', '"9:16" = "tall"', "'tall' will not do for 9:16"),
        ('"9:16" = "720x1280"', '"1:1" = "720x720"', "field sizes: lacks 9:16"),
        (
            "deadline = 1800",
            "deadline = 1800\nspeed_of_light = 3",
            "field speed_of_light: is not known",
        ),
        (
            'order = ["pika", "kling", "runway"]',
            'order = ["pika", "veo"]',
            "tiers.draft, field order: 'veo' is no offer",
        ),
        ("[tiers.master]", "[tiers.masters]", "tiers.master, field order"),
        ('model = "gen4_turbo"', 'model = "gen4.5"', "runway gen4.5 router is listed twice"),
        ('name = "2025-seed"', "name = ", "changed.toml: "),
    ],
)
def test_a_bad_file_is_refused_with_its_place(tmp_path, old, new, message):
    with pytest.raises(CatalogueError) as refused:
        load_catalogue(changed(tmp_path, old, new))
    assert message in str(refused.value)
    assert "changed.toml" in str(refused.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(CatalogueError, match=r"nowhere\.toml"):
        load_catalogue(tmp_path / "nowhere.toml")


def test_both_files_keep_the_layout_that_the_sandbox_reads():
    for path in (SEED, LIVE):
        for offer in tomllib.loads(path.read_text(encoding="utf-8"))["offer"]:
            assert ("seconds" in offer) != ("seconds_allowed" in offer)
            assert isinstance(offer["price_per_second"], str)
            assert set(offer["ratios"]) <= set(offer["sizes"])
