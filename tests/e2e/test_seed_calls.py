"""The calls of the user's own document, with its figures."""

import pytest

from tests.pro import product_brief

pytestmark = pytest.mark.e2e

GENERATE = product_brief.told("Generate AI Video")


def test_estimate(desk):
    told = desk.get("ai-video/estimate-cost?duration=5&quality=standard&provider=runway")
    seed = product_brief.told("Estimate Cost", answer=True)
    assert {name: told[name] for name in seed} == seed


def test_providers(desk):
    told = desk.get("ai-video/providers")
    assert told["status"] == "success"
    assert told["recommendation"] == "Use Runway Gen-3 for production, Pika for drafts"
    assert [one["name"] for one in told["providers"]] == ["runway", "sora", "kling", "pika"]
    seed = {
        "name": "runway",
        "display_name": "Runway Gen-3 Alpha",
        "status": "available",
        "capabilities": ["text_to_video", "image_to_video"],
        "pricing": "$0.05/second",
        "max_duration": 10,
        "recommended_for": ["ad_creatives", "product_videos", "b_roll"],
    }
    assert {name: told["providers"][0][name] for name in seed} == seed


def test_generate_status_and_a_cancel_that_is_too_late(desk):
    answer = desk.call("POST", "ai-video/generate", GENERATE)
    job_id = answer.body["job_id"]
    seed = product_brief.told("Generate AI Video", answer=True)
    seed |= {"job_id": job_id, "status_url": seed["status_url"].replace(seed["job_id"], job_id)}
    assert (answer.status, {name: answer.body[name] for name in seed}) == (202, seed)
    told = desk.ended(job_id)
    seed = product_brief.told("Check Generation Status", answer=True)
    links = {"video_url": told["video_url"], "thumbnail_url": told["thumbnail_url"]}
    assert {name: told[name] for name in seed} == {**seed, **links, "job_id": job_id}
    assert told["video_url"].startswith(f"{desk.base}/media/")
    assert told["thumbnail_url"].startswith(f"{desk.base}/media/")
    late = desk.call("POST", f"ai-video/cancel/{job_id}")
    assert (late.status, late.body["success"]) == (409, False)


def test_cancel(desk):
    # Refused for a while first, so that the job still waits when the cancel comes.
    job_id = desk.ask("A wave [[sandbox: rate-limit=5]]", quality="draft", provider="kling")
    answer = desk.call("POST", f"ai-video/cancel/{job_id}")
    assert answer.status == 200
    seed = product_brief.told("Cancel Generation", answer=True)
    # The message says more where the provider has been asked already.
    assert set(seed) <= set(answer.body)
    assert (answer.body["success"], answer.body["job_id"]) == (seed["success"], job_id)
    told = desk.ended(job_id)
    assert told["status"] == "cancelled"


def test_batch_is_thirty_cents(desk):
    body = product_brief.told("Batch Generate")
    answer = desk.call("POST", "ai-video/batch-generate", body)
    told = answer.body
    seed = product_brief.told("Batch Generate", answer=True)
    seed |= {"batch_id": told["batch_id"], "job_ids": told["job_ids"]}
    assert {name: told[name] for name in seed} == seed
    ended = [desk.ended(job_id) for job_id in told["job_ids"]]
    assert [(job["status"], job["provider"], job["cost"]) for job in ended] == [
        ("completed", "pika", 0.10)
    ] * 3
    whole = desk.get(f"ai-video/batches/{told['batch_id']}")
    assert (whole["status"], whole["total_cost"]) == ("completed", 0.30)


def test_batch_with_a_hero_shot_is_forty_five_cents(desk):
    body = {
        "prompts": ["B-roll shot 1", "B-roll shot 2", "B-roll shot 3 (hero shot)"],
        "quality": "draft",
        "use_cost_optimization": True,
    }
    told = desk.call("POST", "ai-video/batch-generate", body).body
    assert told["total_estimated_cost"] == 0.45
    ended = [desk.ended(job_id) for job_id in told["job_ids"]]
    assert [(job["provider"], job["cost"]) for job in ended] == [
        ("pika", 0.10),
        ("pika", 0.10),
        ("runway", 0.25),
    ]


def test_waiting_for_the_end_gives_the_end(desk):
    body = {"prompt": "A cat asleep in the sun", "quality": "draft", "async_mode": False}
    answer = desk.call("POST", "ai-video/generate", body)
    assert (answer.status, answer.body["status"]) == (200, "completed")


def test_one_key_one_job(desk):
    body = {"prompt": "A snail, once", "quality": "draft", "duration": 3}
    first = desk.call("POST", "ai-video/generate", body, Idempotency_Key="snail-1")
    again = desk.call("POST", "ai-video/generate", body, Idempotency_Key="snail-1")
    assert (first.status, again.status, again.body) == (202, 202, first.body)
    assert again.headers["Idempotent-Replayed"] == "true"
    other = desk.call(
        "POST", "ai-video/generate", {**body, "duration": 4}, Idempotency_Key="snail-1"
    )
    assert (other.status, other.body["errors"][0]["code"]) == (422, "idempotency_conflict")
    desk.ended(first.body["job_id"])
    assert len(desk.tasks("A snail, once")) == 1
