"""Many clips: in order, none lost for another, and as a batch under one hold."""

import asyncio
import json

import pytest
from httpx import ReadError, Response

from pro import ai_video_generator
from pro.ai_video_generator import (
    AIVideoGenerator,
    GenerationStatus,
    VideoGenerationRequest,
    VideoGenerationResult,
)
from pro.errors import BudgetExceeded
from tests.pro.fake_desk import BASE, KEY, refusal

BATCH = ("POST", "/api/ai-video/batch-generate")
BODY = {"prompts": ["One", "Two", "Three (hero shot)"], "quality": "draft"}


async def test_results_come_in_the_order_of_the_requests(desk, generator, rests):
    prompts = [f"Clip {number}" for number in range(20)]
    requests = (VideoGenerationRequest(prompt=prompt) for prompt in prompts)
    results = await generator.generate_many(requests, concurrency=5)
    assert [result.metadata["prompt"] for result in results] == prompts
    assert len(desk.jobs) == 20
    for result in results:
        assert desk.jobs[result.job_id]["body"]["prompt"] == result.metadata["prompt"]


async def test_one_refusal_loses_nothing_else(desk, generator, rests):
    wrong = VideoGenerationRequest(prompt="Wrong", mode="image_to_video", image_path="no.jpg")
    broken = VideoGenerationRequest(prompt="Broken", metadata=None)
    good = VideoGenerationRequest(prompt="Good")
    results = await generator.generate_many([wrong, good, broken], concurrency=1)
    assert [result.status.value for result in results] == ["failed", "completed", "failed"]
    assert results[0].error.startswith("image_path: There is no file no.jpg")
    assert results[0].metadata == {"prompt": "Wrong"}
    assert (results[0].job_id, results[0].cost, results[2].job_id) == ("", 0.0, "")
    assert len(desk.jobs) == 1


async def test_no_more_than_asked_are_under_way(desk, generator, monkeypatch):
    under_way, most = set(), []

    async def counted(request, **how):
        under_way.add(request.prompt)
        most.append(len(under_way))
        await asyncio.sleep(0)
        under_way.remove(request.prompt)
        return VideoGenerationResult(status=GenerationStatus.COMPLETED)

    monkeypatch.setattr(generator, "generate_video", counted)
    requests = [VideoGenerationRequest(prompt=str(number)) for number in range(9)]
    assert len(await generator.generate_many(requests, concurrency=3)) == 9
    assert max(most) == 3
    with pytest.raises(ValueError, match="at least 1"):
        await generator.generate_many(requests, concurrency=0)


async def test_a_batch_waits_for_its_clips_in_order(desk, generator, rests):
    batch = await generator.batch_generate(BODY)
    assert (batch["status"], batch["batch_id"], batch["total_videos"]) == ("success", "batch_1", 3)
    assert batch["job_ids"] == [result.job_id for result in batch["results"]]
    assert [result.metadata["prompt"] for result in batch["results"]] == BODY["prompts"]
    assert [result.cost for result in batch["results"]] == [0.25] * 3
    assert batch["total_cost"] == 0.75
    (sent,) = desk.asked(*BATCH)
    assert json.loads(sent.content) == BODY


async def test_a_lost_answer_never_makes_a_second_batch(desk, generator, rests):
    desk.lost = [ReadError("reset")] * 3
    batch = await generator.batch_generate(BODY)
    keys = {asked.headers["idempotency-key"] for asked in desk.asked(*BATCH)}
    assert (batch["job_ids"], len(keys), len(desk.jobs)) == (["job_1", "job_2", "job_3"], 1, 3)


async def test_a_batch_need_not_be_waited_for(desk, generator, rests):
    batch = await generator.batch_generate(BODY, wait=False)
    assert [result.status.value for result in batch["results"]] == ["queued"] * 3
    assert (batch["total_cost"], rests) == (None, [])


async def test_a_batch_that_outlasts_the_timeout(desk, generator):
    desk.looks = 1000
    batch = await generator.batch_generate(BODY, timeout=0.05)
    assert [result.status.value for result in batch["results"]] == ["queued"] * 3
    told = {result.error for result in batch["results"]}
    assert told == {"Not ended after 0.05 s. The job goes on."}


async def test_a_batch_over_budget_makes_nothing(desk, generator, rests):
    desk.faults = [Response(402, json=refusal("budget_exceeded", "“May” has $0.20 left."))]
    with pytest.raises(BudgetExceeded, match="left"):
        await generator.batch_generate(BODY)
    assert (len(desk.seen), desk.jobs) == (1, {})


async def test_the_function_for_one_batch(desk, rests, monkeypatch):
    def made():
        return AIVideoGenerator(KEY, base_url=BASE, transport=desk.transport)

    monkeypatch.setattr(ai_video_generator, "AIVideoGenerator", made)
    batch = await ai_video_generator.ai_batch_generate(BODY)
    assert [result.status.value for result in batch["results"]] == ["completed"] * 3
