"""POST generate: the seed's own body, and what is promised beside it."""

import pytest

from generation.models import Attempt, Event, Job, LedgerLine

from .conftest import SEED_GENERATE

pytestmark = pytest.mark.django_db


def test_the_seeds_example(caller, rung, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        response = caller.post("ai-video/generate", SEED_GENERATE)
    job = Job.objects.get()
    assert response.status_code == 202
    body = response.json()
    seed_keys = list(body)[:7]
    assert {name: body[name] for name in seed_keys} == {
        "status": "queued",
        "job_id": job.uid,
        "mode": "text_to_video",
        "estimated_cost": 0.25,
        "quality": "standard",
        "message": "AI video generation queued",
        "status_url": f"/api/ai-video/status/{job.uid}",
    }
    assert (body["max_cost"], body["cap"], body["billed_seconds"]) == (0.25, 0.25, 5)
    assert [leg["provider"] for leg in body["route"]] == ["runway", "kling", "pika"]
    assert (job.state, job.api_key_id is not None) == ("queued", True)
    assert [line.held_delta for line in LedgerLine.objects.all()] == [250_000]
    assert Attempt.objects.get().provider == "runway"
    assert rung == ["submit_at_once"]


def test_only_the_prompt_is_needed(caller):
    body = caller.post("ai-video/generate", {"prompt": "A lake at dawn"}).json()
    job = Job.objects.get()
    assert (body["quality"], body["aspect_ratio"], body["duration"]) == ("standard", "16:9", 5)
    assert (job.generation_mode, job.enable_fallback, job.priority) == ("text_to_video", True, 0)
    assert (job.style, job.negative_prompt, job.provider, job.webhook_url) == ("", "", "", "")
    assert (job.seed, job.max_cost_micros, job.metadata) == (None, None, {})


def test_null_means_not_given(caller):
    sent = {"prompt": "A lake", "provider": None, "seed": None, "max_cost": None, "style": None}
    assert caller.post("ai-video/generate", sent).status_code == 202


def test_everything_that_can_be_asked_for_is_kept(caller):
    sent = {
        "prompt": "A lake at dawn",
        "duration": 3,
        "quality": "draft",
        "aspect_ratio": "4:5",
        "provider": "kling",
        "style": "cinematic",
        "negative_prompt": "people",
        "enable_fallback": False,
        "max_cost": 0.2,
        "seed": 7,
        "priority": 2,
        "metadata": {"order": "A-17"},
        "webhook_url": "https://example.com/hook?a=1",
    }
    body = caller.post("ai-video/generate", sent).json()
    job = Job.objects.get()
    assert (job.seconds, job.tier, job.ratio, job.provider) == (3, "draft", "4:5", "kling")
    assert (job.style, job.negative_prompt, job.enable_fallback) == ("cinematic", "people", False)
    assert (job.max_cost_micros, job.seed, job.priority) == (200_000, 7, 2)
    assert (job.metadata, job.webhook_url) == ({"order": "A-17"}, "https://example.com/hook?a=1")
    assert (body["estimated_cost"], body["cap"]) == (0.09, 0.2)
    assert [leg["provider"] for leg in body["route"]] == ["kling"]


def test_a_loopback_webhook_is_for_rehearsals_at_home(caller):
    sent = {"prompt": "A lake", "webhook_url": "http://127.0.0.1:9/hook"}
    assert caller.post("ai-video/generate", sent).status_code == 202


def test_not_async_answers_202_where_the_job_takes_longer(caller, monkeypatch):
    from generation.api import waiting

    monkeypatch.setattr(waiting, "_ended_within", lambda uid, seconds: False)
    response = caller.post("ai-video/generate", {"prompt": "A lake", "async_mode": False})
    assert (response.status_code, response.json()["status"]) == (202, "queued")


def test_not_async_answers_200_at_the_end(caller, monkeypatch):
    from generation import jobs
    from generation.api import waiting

    real = waiting._ended_within

    def ends(uid, seconds):
        jobs.request_cancel(Job.objects.get(uid=uid))
        return real(uid, seconds)

    monkeypatch.setattr(waiting, "_ended_within", ends)
    response = caller.post("ai-video/generate", {"prompt": "A lake", "async_mode": False})
    body = response.json()
    assert (response.status_code, body["status"], body["cost"]) == (200, "cancelled", 0.0)


def test_only_six_wait_at_once(caller, monkeypatch):
    from generation.api import waiting

    for _ in range(waiting.AT_ONCE):
        assert waiting._seats.acquire(blocking=False)
    try:
        response = caller.post("ai-video/generate", {"prompt": "A lake", "async_mode": False})
    finally:
        for _ in range(waiting.AT_ONCE):
            waiting._seats.release()
    assert response.status_code == 202


def test_waiting_gives_up_in_time(caller):
    from generation.api.waiting import wait_for_end

    caller.post("ai-video/generate", {"prompt": "A lake"})
    assert wait_for_end(Job.objects.get().uid, seconds=0.12) is False
    assert Event.objects.count() == 1


def test_too_many_requests_say_how_long_to_wait(caller, settings):
    settings.CREATES_PER_MINUTE = 2
    for _ in range(2):
        assert caller.post("ai-video/generate", {"prompt": "A lake"}).status_code == 202
    response = caller.post("ai-video/generate", {"prompt": "A lake"})
    assert response.status_code == 429
    assert 1 <= int(response["Retry-After"]) <= 60
    assert response.json()["errors"][0]["code"] == "throttled"
    assert Job.objects.count() == 2


def test_an_accept_header_changes_nothing(caller):
    response = caller.post("ai-video/generate", {"prompt": "A lake"}, Accept="text/html")
    assert (response.status_code, response["Content-Type"]) == (202, "application/json")
