"""Quotes: what they say, what can be made on them, and what is refused with nothing done."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from generation import clock
from generation.models import Job, LedgerLine, Quote
from providers import catalogue
from providers.models import PriceRow

from .conftest import SEED_BATCH, SEED_GENERATE, only_error

pytestmark = pytest.mark.django_db
QUOTE, GENERATE, BATCH = "ai-video/quote", "ai-video/generate", "ai-video/batch-generate"
PLAN = {
    "clips": [
        {"label": "Opening", "duration": 5, "quality": "high", "aspect_ratio": "9:16"},
        {"label": "Way over", "duration": 3, "quality": "draft", "aspect_ratio": "9:16"},
        {"label": "Way back", "duration": 3, "quality": "draft", "aspect_ratio": "9:16"},
    ]
}


def quoted(caller, body) -> str:
    response = caller.post(QUOTE, body)
    assert response.status_code == 201, response.content
    return response.json()["quote_id"]


def double_every_price() -> None:
    """New price rows from today on; the old ones stay as they are."""
    today = clock.now().astimezone(UTC).date()
    for row in PriceRow.objects.all():
        row.pk, row.valid_from = None, today
        row.micros_per_second *= 2
        row.save(force_insert=True)
    catalogue.forget()


def test_one_clip(caller):
    body = caller.post(QUOTE, {"prompt": "Hands on a laptop", "quality": "draft"}).json()
    valid = datetime.fromisoformat(body["valid_until"])
    left = valid - clock.now()
    midnight = clock.now().astimezone(UTC).replace(hour=0, minute=0, second=0) + timedelta(days=1)
    assert left <= timedelta(minutes=15)
    assert left > timedelta(minutes=14) or valid <= midnight
    line = body["lines"][0]
    route = line.pop("route")
    assert line == {
        "label": "",
        "provider": "pika",
        "model": route[0]["model"],
        "quality": "draft",
        "mode": "text_to_video",
        "duration": 5,
        "billed_seconds": 5,
        "aspect_ratio": "16:9",
        "likely_cost": 0.1,
        "max_cost": 0.25,
        "left_out": [],
    }
    assert [(leg["provider"], leg["price"]) for leg in route] == [
        ("pika", 0.1),
        ("kling", 0.15),
        ("runway", 0.25),
    ]
    assert (body["kind"], body["total_videos"], body["made"]) == ("job", 1, 0)
    assert (body["likely_cost"], body["max_cost"]) == (0.1, 0.25)
    assert body["by_provider"] == {"pika": 0.1}
    assert body["alternatives"] == {"sora": 1.25, "runway": 0.25, "kling": 0.15, "pika": 0.1}
    assert body["expired"] is False
    assert Job.objects.count() == LedgerLine.objects.count() == 0


def test_the_seeds_batches(caller):
    body = caller.post(QUOTE, SEED_BATCH).json()
    assert (body["kind"], body["likely_cost"], body["max_cost"]) == ("batch", 0.3, 0.75)
    hero = {**SEED_BATCH, "prompts": ["One", "Two", "Three (hero shot)"]}
    body = caller.post(QUOTE, hero).json()
    assert (body["likely_cost"], body["max_cost"]) == (0.45, 0.75)
    assert body["by_provider"] == {"pika": 0.2, "runway": 0.25}


def test_a_plan_with_labels(caller):
    body = caller.post(QUOTE, PLAN).json()
    lines = [(one["label"], one["provider"], one["likely_cost"]) for one in body["lines"]]
    assert lines == [
        ("Opening", "sora", 1.25),
        ("Way over", "pika", 0.06),
        ("Way back", "pika", 0.06),
    ]
    assert (body["kind"], body["likely_cost"]) == ("plan", 1.37)
    uid = body["quote_id"]
    body.pop("made")
    again = caller.get(f"ai-video/quotes/{uid}").json()
    assert again.pop("made") == 0
    assert again == body


def test_what_nobody_makes_is_named_in_its_place(caller, nothing_happened):
    plan = {"clips": [PLAN["clips"][0], {"duration": 25}]}
    assert only_error(caller.post(QUOTE, plan))[:3] == (400, "invalid", "clips.1.duration")
    assert only_error(caller.post(QUOTE, {"clips": [{"durations": 5}]}))[:3] == (
        400,
        "unknown_field",
        "clips.0.durations",
    )
    assert only_error(caller.post(QUOTE, {"duration": 5}))[:3] == (400, "required", "prompt")
    both = {"prompt": "One", "prompts": ["Two"]}
    assert only_error(caller.post(QUOTE, both))[:3] == (400, "required", "prompts")
    assert Quote.objects.count() == 0


def test_its_prices_are_honoured(caller):
    uid = quoted(caller, {**SEED_GENERATE})
    double_every_price()
    plain = caller.post(GENERATE, SEED_GENERATE).json()
    assert plain["estimated_cost"] == 0.5
    made = caller.post(GENERATE, {**SEED_GENERATE, "quote_id": uid}).json()
    assert (made["estimated_cost"], made["max_cost"], made["cap"]) == (0.25, 0.25, 0.25)
    job = Job.objects.get(uid=made["job_id"])
    assert (job.quote.uid, job.quote_line, job.cap_micros) == (uid, 0, 250_000)
    assert job.attempts.get().max_micros == 250_000
    assert caller.get(f"ai-video/quotes/{uid}").json()["made"] == 1


def test_a_line_is_made_once(caller):
    uid = quoted(caller, SEED_GENERATE)
    asked = {**SEED_GENERATE, "quote_id": uid}
    assert caller.post(GENERATE, asked, key="k").status_code == 202
    assert caller.post(GENERATE, asked, key="k").status_code == 202  # the same answer again
    assert only_error(caller.post(GENERATE, asked))[:3] == (400, "quote_used", "quote_id")
    assert Job.objects.count() == 1


def test_a_plan_is_made_clip_by_clip(caller):
    uid = quoted(caller, PLAN)
    way = {"prompt": "A way", "duration": 3, "quality": "draft", "aspect_ratio": "9:16"}
    for _ in range(2):
        assert caller.post(GENERATE, {**way, "quote_id": uid}).status_code == 202
    assert only_error(caller.post(GENERATE, {**way, "quote_id": uid}))[1] == "quote_used"
    other = {**way, "duration": 4, "quote_id": uid}
    assert only_error(caller.post(GENERATE, other))[1] == "quote_changed"
    assert sorted(Job.objects.values_list("quote_line", flat=True)) == [1, 2]


def test_a_batch_on_a_quote(caller):
    hero = {**SEED_BATCH, "prompts": ["One", "Two", "Three (hero shot)"]}
    uid = quoted(caller, hero)
    double_every_price()
    made = caller.post(BATCH, {**hero, "quote_id": uid}).json()
    assert made["total_estimated_cost"] == 0.45
    assert [job.cap_micros for job in Job.objects.order_by("pk")] == [250_000] * 3
    detail = caller.get(f"ai-video/batches/{made['batch_id']}").json()
    assert detail["quote_id"] == uid
    assert only_error(caller.post(BATCH, {**hero, "quote_id": uid}))[1] == "quote_used"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"duration": 6}, "duration is 6, quoted 5"),
        ({"quality": "draft"}, "quality is draft, quoted standard"),
        ({"aspect_ratio": "1:1"}, "aspect_ratio is 1:1, quoted 16:9"),
        ({"provider": "pika"}, "provider is pika, quoted runway"),
        ({"enable_fallback": False}, "enable_fallback is False, quoted True"),
        ({"max_cost": 3}, "max_cost is $3.00, quoted not set"),
    ],
)
def test_a_changed_request(caller, change, words, nothing_happened):
    uid = quoted(caller, SEED_GENERATE)
    status, code, attr, detail = only_error(
        caller.post(GENERATE, {**SEED_GENERATE, **change, "quote_id": uid})
    )
    assert (status, code, attr) == (400, "quote_changed", "quote_id")
    assert words in detail
    assert Quote.objects.get().uses == 0


def test_the_words_may_still_change(caller):
    uid = quoted(caller, SEED_GENERATE)
    made = caller.post(
        GENERATE, {**SEED_GENERATE, "prompt": "Another scene", "seed": 7, "quote_id": uid}
    )
    assert made.status_code == 202


def test_an_expired_one(caller, nothing_happened):
    uid = quoted(caller, SEED_GENERATE)
    Quote.objects.update(valid_until=timezone.now())
    asked = {**SEED_GENERATE, "quote_id": uid}
    assert only_error(caller.post(GENERATE, asked))[:3] == (400, "quote_expired", "quote_id")
    assert caller.get(f"ai-video/quotes/{uid}").json()["expired"] is True


def test_another_workspaces_or_modes(caller, foreign_caller, live_caller, nothing_happened):
    uid = quoted(caller, SEED_GENERATE)
    asked = {**SEED_GENERATE, "quote_id": uid}
    assert only_error(foreign_caller.post(GENERATE, asked))[:3] == (400, "not_found", "quote_id")
    assert only_error(live_caller.post(GENERATE, asked))[:3] == (400, "not_found", "quote_id")
    assert foreign_caller.get(f"ai-video/quotes/{uid}").status_code == 404


def test_a_batch_of_another_count(caller, nothing_happened):
    uid = quoted(caller, SEED_BATCH)
    fewer = {**SEED_BATCH, "prompts": SEED_BATCH["prompts"][:2], "quote_id": uid}
    status, code, attr, detail = only_error(caller.post(BATCH, fewer))
    assert (status, code, attr) == (400, "quote_changed", "quote_id")
    assert "2 clips, quoted 3" in detail


def test_the_same_key_is_the_same_quote(caller):
    first = caller.post(QUOTE, SEED_BATCH, key="q").json()
    assert caller.post(QUOTE, SEED_BATCH, key="q").json() == first
    assert Quote.objects.count() == 1


def test_a_thousand_lines(caller, django_assert_max_num_queries):
    body = {**SEED_BATCH, "prompts": [f"Shot {i}" for i in range(1000)]}
    with django_assert_max_num_queries(20):
        quote = caller.post(QUOTE, body).json()
    assert (quote["likely_cost"], quote["total_videos"]) == (100.0, 1000)
    made = caller.post(BATCH, {**body, "quote_id": quote["quote_id"]})
    assert made.status_code == 202
