"""One clip from request to result: what is sent, what comes back, what is never an exception."""

import json

import pytest
from httpx import Response

from pro.ai_video_generator import (
    AIVideoGenerator,
    GenerationMode,
    GenerationStatus,
    QualityTier,
    VideoGenerationRequest,
    VideoProvider,
)
from pro.errors import AuthenticationFailed, BudgetExceeded, InvalidRequest, NotConfigured
from tests.pro.fake_desk import BASE, KEY

GENERATE = ("POST", "/api/ai-video/generate")
KITE = VideoGenerationRequest(prompt="A red kite")


async def test_a_whole_request_becomes_the_api_s_own_fields(desk, generator, rests):
    request = VideoGenerationRequest(
        mode=GenerationMode.TEXT_TO_VIDEO,
        prompt="A red kite",
        duration=8,
        quality=QualityTier.HIGH,
        aspect_ratio="9:16",
        preferred_provider=VideoProvider.RUNWAY,
        enable_fallback=False,
        style="cinematic",
        negative_prompt="people",
        max_cost=1.5,
        seed=7,
        metadata={"order": "A-17"},
    )
    await generator.generate_video(request)
    assert json.loads(desk.asked(*GENERATE)[0].content) == {
        "mode": "text_to_video",
        "prompt": "A red kite",
        "duration": 8,
        "quality": "high",
        "aspect_ratio": "9:16",
        "provider": "runway",
        "enable_fallback": False,
        "style": "cinematic",
        "negative_prompt": "people",
        "max_cost": 1.5,
        "seed": 7,
        "metadata": {"order": "A-17"},
        "async_mode": True,
    }


async def test_the_result_tells_everything(desk, generator, rests):
    request = VideoGenerationRequest(prompt="A red kite", metadata={"order": "A-17"})
    result = await generator.generate_video(request)
    assert (result.status, result.status.value) == (GenerationStatus.COMPLETED, "completed")
    assert (result.job_id, result.provider) == ("job_1", VideoProvider.RUNWAY)
    assert result.video_url == f"{BASE}/media/job_1.mp4"
    assert f"Cost: ${result.cost}" == "Cost: $0.25"
    assert result.cost_is_final
    assert result.error is None
    assert result.metadata == {
        "order": "A-17",
        "prompt": "A red kite",
        "mode": "text_to_video",
        "quality": "standard",
        "duration": 5,
        "aspect_ratio": "16:9",
    }


async def test_pauses_grow_while_it_waits(desk, generator, rests):
    desk.looks = 20
    await generator.generate_video(KITE)
    assert len(rests) == 20
    assert 0.3 < rests[0] < 0.5
    assert 4.2 < rests[-1] < 5.8
    assert max(rests) < 5.8


@pytest.mark.parametrize("status", ["failed", "cancelled"])
async def test_a_job_that_fails_is_a_result(desk, generator, rests, status):
    desk.ends = {"status": status, "cost": 0.0, "error": "Refused: moderation", "video_url": None}
    result = await generator.generate_video(KITE)
    assert result.status == GenerationStatus(status)
    assert (result.error, result.cost, result.video_url) == ("Refused: moderation", 0.0, None)


async def test_a_job_that_outlasts_the_timeout_goes_on(desk, generator):
    desk.looks = 2
    early = await generator.generate_video(KITE, timeout=0.05)
    assert early.status == GenerationStatus.QUEUED
    assert early.error == "Not ended after 0.05 s. The job goes on."
    result = await generator.wait(early)
    assert (result.status, result.error) == (GenerationStatus.COMPLETED, None)
    assert len(desk.jobs) == 1


async def test_what_was_charged_while_something_is_still_held(desk, generator, rests):
    tries = [
        {"provider": "sora", "state": "failed", "reason": "down", "cost": 0.5},
        {"provider": "runway", "state": "unknown", "reason": "?", "cost": None},
    ]
    desk.ends = {"status": "cancelled", "cost": None, "error": None, "attempts": tries}
    result = await generator.generate_video(KITE)
    assert (result.cost, result.cost_is_final) == (0.5, False)
    assert [attempt.provider for attempt in result.attempts] == ["sora", "runway"]


async def test_refused_input_names_its_fields(desk, generator, rests):
    errors = [
        {"code": "required", "detail": "Describe the scene.", "attr": "prompt"},
        {"code": "invalid", "detail": "A clip is 3 to 20 seconds long.", "attr": "duration"},
    ]
    desk.faults = [Response(400, json={"type": "validation_error", "errors": errors})]
    with pytest.raises(InvalidRequest) as caught:
        await generator.generate_video(VideoGenerationRequest(prompt="", duration=2))
    assert [error.attr for error in caught.value.errors] == ["prompt", "duration"]
    assert str(caught.value) == (
        "prompt: Describe the scene.; duration: A clip is 3 to 20 seconds long."
    )
    assert len(desk.seen) == 1
    assert desk.jobs == {}


async def test_a_budget_that_is_too_small(desk, generator, rests):
    detail = "The budget “May” has $0.10 of $5.00 left, and this needs $0.25."
    error = {"code": "budget_exceeded", "detail": detail, "attr": None}
    desk.faults = [Response(402, json={"type": "client_error", "errors": [error]})]
    with pytest.raises(BudgetExceeded, match=r"has \$0.10 of \$5.00 left"):
        await generator.generate_video(KITE)
    assert (len(desk.seen), desk.jobs) == (1, {})


async def test_a_wrong_key(desk, rests):
    generator = AIVideoGenerator("aiv_test_wrong", base_url=BASE, transport=desk.transport)
    with pytest.raises(AuthenticationFailed, match="Unknown key"):
        await generator.generate_video(KITE)
    assert (len(desk.seen), desk.jobs) == (1, {})


async def test_no_key_is_told_before_any_call(desk):
    generator = AIVideoGenerator(base_url=BASE, transport=desk.transport)
    with pytest.raises(NotConfigured, match="make run"):
        await generator.generate_video(KITE)
    assert desk.seen == []


async def test_each_call_is_a_job_of_its_own(desk, generator, rests):
    request = VideoGenerationRequest(prompt="A red kite", enable_fallback=False)
    await generator.generate_video(request)
    request.enable_fallback = True
    await generator.generate_video(request)
    keys = {asked.headers["idempotency-key"] for asked in desk.asked(*GENERATE)}
    assert (len(keys), len(desk.jobs)) == (2, 2)


async def test_a_key_of_the_caller_s_own_is_sent(desk, generator, rests):
    first = await generator.generate_video(KITE, idempotency_key="order-17")
    again = await generator.generate_video(KITE, idempotency_key="order-17")
    assert (first.job_id, again.job_id, len(desk.jobs)) == ("job_1", "job_1", 1)


async def test_the_client_goes_on_after_close(desk, generator, rests):
    await generator.generate_video(KITE)
    await generator.close()
    await generator.close()
    async with AIVideoGenerator(KEY, base_url=BASE, transport=desk.transport) as other:
        assert (await other.generate_video(KITE)).job_id == "job_2"
    assert (await generator.generate_video(KITE)).job_id == "job_3"
