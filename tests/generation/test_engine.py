"""One real request all the way, over real HTTP, and each rehearsed failure."""

from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from footage.probe import probe
from generation.models import Asset, Job
from providers.types import Tier


def clip_of(job: Job) -> Asset:
    return job.assets.get(state="stored", unclaimed=False)


def test_a_draft_is_made_stored_and_paid(engine):
    job = engine.run("A red kite over a beach, slow pan to the left")
    assert (job.state, job.progress, job.cost_micros) == ("completed", 100, 100_000)
    assert engine.attempts(job) == [("pika", "succeeded")]
    clip = clip_of(job)
    facts = probe(Path(default_storage.path(clip.storage_key)))
    assert (facts.width, facts.height) == (1280, 720)
    assert facts.frames == round(5 * facts.fps)
    assert default_storage.exists(clip.thumbnail_key)
    engine.assert_at_rest()


@pytest.mark.parametrize(
    ("provider", "tier", "micros"),
    [("runway", "standard", 250_000), ("sora", "master", 1_250_000), ("kling", "draft", 150_000)],
)
def test_every_provider_delivers(engine, provider, tier, micros):
    job = engine.run("A calm lake at dawn, static camera", provider=provider, tier=Tier(tier))
    assert (job.state, job.cost_micros) == ("completed", micros)
    assert engine.attempts(job) == [(provider, "succeeded")]
    engine.assert_at_rest()


@pytest.mark.parametrize("ratio", ["16:9", "9:16", "1:1", "4:5"])
def test_every_ratio_is_exact(engine, ratio):
    job = engine.run("A bottle on a table", ratio=ratio, seconds=3, provider="runway")
    clip = clip_of(job)
    across, down = map(int, ratio.split(":"))
    assert abs(clip.width / clip.height - across / down) < 0.01
    facts = probe(Path(default_storage.path(clip.storage_key)))
    assert facts.frames == round(3 * facts.fps)
    engine.assert_at_rest()


def test_a_failed_task_falls_back_and_only_the_second_is_charged(engine):
    job = engine.run("A lake [[sandbox: only=pika fail=server]]")
    assert job.state == "completed"
    assert engine.attempts(job) == [("pika", "failed"), ("kling", "succeeded")]
    assert job.cost_micros == 150_000
    assert {line["provider"] for line in engine.sandbox.invoice()} == {"kling"}
    engine.assert_at_rest()


def test_a_refused_prompt_asks_nobody_else(engine):
    job = engine.run("A lake [[sandbox: fail=moderation]]")
    assert job.state == "failed"
    assert job.error_class == "moderation"
    assert job.error.startswith("Pika refused this prompt.")
    assert engine.attempts(job) == [("pika", "failed")]
    engine.assert_at_rest()


def test_runway_charges_for_what_it_refuses(engine):
    job = engine.run("A lake [[sandbox: fail=moderation]]", tier=Tier.STANDARD)
    assert (job.state, job.cost_micros) == ("failed", 250_000)
    assert "$0.25 was charged." in job.error
    engine.assert_at_rest()


@pytest.mark.parametrize(
    ("tier", "provider"),
    [("draft", "pika"), ("draft", "kling"), ("standard", "runway"), ("master", "sora")],
)
def test_a_lost_answer_is_found_again_and_never_sent_twice(engine, tier, provider):
    job = engine.run(
        f"A lake [[sandbox: only={provider} lost-response]]", tier=Tier(tier), provider=provider
    )
    assert job.state == "completed"
    assert engine.attempts(job) == [(provider, "succeeded")]
    assert len(engine.sandbox.invoice()) == 1
    engine.assert_at_rest()


def test_out_of_credits_goes_to_the_next_provider(engine):
    job = engine.run("A lake [[sandbox: only=pika fail=credits]]")
    assert engine.attempts(job) == [("pika", "rejected"), ("kling", "succeeded")]
    engine.assert_at_rest()


def test_a_rate_limit_costs_no_attempt(engine):
    job = engine.run("A lake [[sandbox: only=kling rate-limit=2]]", provider="kling")
    assert engine.attempts(job) == [("kling", "succeeded")]
    engine.assert_at_rest()


@pytest.mark.parametrize("directive", ["expired-url", "bad-json"])
def test_bad_answers_on_the_way_home_are_overcome(engine, directive):
    job = engine.run(f"A lake [[sandbox: only=pika {directive}]]")
    assert job.state == "completed", (job.error, engine.picture())
    assert len(engine.sandbox.invoice()) == 1
    engine.assert_at_rest()


@pytest.mark.parametrize("directive", ["black-frames", "truncated-file"])
def test_an_unusable_file_is_paid_for_and_made_again_once(engine, directive):
    job = engine.run(f"A lake [[sandbox: only=pika {directive}]]")
    assert job.state == "completed"
    assert engine.attempts(job) == [
        ("pika", "succeeded"),
        ("pika", "succeeded"),
        ("kling", "succeeded"),
    ]
    assert list(job.assets.order_by("id").values_list("state", flat=True)) == [
        "unavailable",
        "unavailable",
        "stored",
    ]
    assert job.cost_micros == 350_000
    engine.assert_at_rest()
