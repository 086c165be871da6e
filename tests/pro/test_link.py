"""Bad weather between client and desk: tried again with the same key, and nothing made twice."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from pro.ai_video_generator import AIVideoGenerator, GenerationStatus, VideoGenerationRequest
from pro.errors import ConnectionFailed, RateLimited, ServerFailed
from tests.pro.fake_desk import BASE, KEY, refusal

GENERATE = ("POST", "/api/ai-video/generate")
KITE = VideoGenerationRequest(prompt="A red kite")
LOST = httpx.ReadError("connection reset")
NEVER_SENT = httpx.ConnectError("connection refused")


def keys(desk):
    return [asked.headers["idempotency-key"] for asked in desk.asked(*GENERATE)]


async def test_a_lost_answer_never_makes_a_second_job(desk, generator, rests):
    desk.lost = [LOST, LOST, LOST]
    result = await generator.generate_video(KITE)
    assert (result.status, result.job_id) == (GenerationStatus.COMPLETED, "job_1")
    assert len(desk.jobs) == 1
    assert len(keys(desk)) == 4
    assert len(set(keys(desk))) == 1


@pytest.mark.parametrize("status", [502, 503, 504])
async def test_a_gateway_in_trouble_is_asked_again(desk, generator, rests, status):
    desk.faults = [httpx.Response(status, text="<html>"), httpx.Response(status)]
    result = await generator.generate_video(KITE)
    assert (result.ended, len(desk.jobs), len(set(keys(desk)))) == (True, 1, 1)


async def test_after_four_tries_it_tells_the_key_that_finds_the_job(desk, generator, rests):
    desk.lost = [LOST] * 4
    with pytest.raises(ConnectionFailed, match="may have arrived") as caught:
        await generator.generate_video(KITE)
    assert len(keys(desk)) == 4
    key = caught.value.idempotency_key
    assert (key, len(desk.jobs)) == (keys(desk)[0], 1)
    assert (await generator.generate_video(KITE, idempotency_key=key)).job_id == "job_1"
    assert len(desk.jobs) == 1


async def test_what_was_never_sent_made_nothing(desk, generator, rests):
    desk.faults = [NEVER_SENT] * 4
    with pytest.raises(ConnectionFailed, match="Is it running") as caught:
        await generator.generate_video(KITE)
    assert (caught.value.idempotency_key, desk.jobs) == (None, {})
    assert len(rests) == 3


async def test_a_server_error_is_not_repeated(desk, generator, rests):
    desk.faults = [httpx.Response(500, json=refusal("error", "Server Error (500)"))]
    with pytest.raises(ServerFailed, match="Server Error"):
        await generator.generate_video(KITE)
    assert (len(desk.seen), rests) == (1, [])


async def test_an_answer_that_is_not_the_desk_s(desk, generator, rests):
    desk.faults = [httpx.Response(200, html="<h1>Welcome</h1>")]
    with pytest.raises(ServerFailed, match="AIVIDEO_BASE_URL"):
        await generator.generate_video(KITE)


async def test_a_limit_is_waited_for(desk, generator, rests):
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    limited = refusal("throttled", "Request was throttled.")
    desk.faults = [
        httpx.Response(429, headers={"Retry-After": "7"}, json=limited),
        httpx.Response(429, headers={"Retry-After": soon}, json=limited),
        httpx.Response(429, json=limited),
        *[httpx.Response(429, headers={"Retry-After": "2"}, json=limited)] * 4,
    ]
    result = await generator.generate_video(KITE)
    assert (result.ended, len(desk.jobs), len(set(keys(desk)))) == (True, 1, 1)
    assert rests[0] == 7.0
    assert 28 < rests[1] <= 30
    assert rests[2:7] == [1.0, 2.0, 2.0, 2.0, 2.0]


async def test_a_limit_that_lasts_is_told(desk, generator, rests):
    limited = refusal("throttled", "Request was throttled.")
    desk.faults = [httpx.Response(429, headers={"Retry-After": "3600"}, json=limited)]
    with pytest.raises(RateLimited, match="throttled"):
        await generator.generate_video(KITE)
    assert (rests, desk.jobs) == ([], {})


async def test_a_first_try_still_at_work_is_waited_for(desk, generator, rests):
    working = refusal("idempotency_in_progress", "Still at work.")
    desk.faults = [httpx.Response(409, headers={"Retry-After": "1"}, json=working)]
    assert (await generator.generate_video(KITE)).job_id == "job_1"
    assert rests[0] == 1.0


async def test_waiting_outlives_an_outage(desk, generator, rests):
    queued = await generator.submit(KITE)
    desk.faults = [NEVER_SENT] * 9
    result = await generator.wait(queued)
    assert result.status == GenerationStatus.COMPLETED


async def test_an_outage_without_end_is_told_in_the_result(desk, generator, rests):
    queued = await generator.submit(KITE)
    desk.faults = [NEVER_SENT] * 1000
    result = await generator.wait(queued)
    assert (result.status, result.job_id) == (GenerationStatus.QUEUED, "job_1")
    assert result.error.startswith("No answer from http://desk.test")
    assert result.error.endswith("The job goes on.")
    assert 120 < sum(rests) < 140


async def test_a_key_revoked_while_it_waits(desk, generator, rests):
    queued = await generator.submit(KITE)
    desk.faults = [httpx.Response(401, json=refusal("authentication_failed", "Revoked."))]
    result = await generator.wait(queued)
    assert (result.status, result.error) == (
        GenerationStatus.QUEUED,
        "Revoked. The job goes on.",
    )


def families(kind):
    return {kind}.union(*(families(below) for below in kind.__subclasses__()))


@pytest.mark.parametrize("kind", sorted(families(httpx.RequestError), key=lambda k: k.__name__))
async def test_every_network_error_becomes_one_of_ours(desk, generator, rests, kind):
    desk.faults = [kind("no luck")] * 4
    with pytest.raises(ConnectionFailed):
        await generator.generate_video(KITE)
    assert len(desk.seen) == 4


def test_a_client_serves_one_event_loop_after_another(desk):
    generator = AIVideoGenerator(KEY, base_url=BASE, transport=desk.transport)
    first = asyncio.run(generator.submit(KITE))
    second = asyncio.run(generator.submit(KITE))
    assert (first.job_id, second.job_id) == ("job_1", "job_2")


async def test_a_cancelled_wait_leaves_the_job_alone(desk, generator):
    desk.looks = 1000
    waiting = asyncio.create_task(generator.generate_video(KITE))
    while not desk.jobs:
        await asyncio.sleep(0.01)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert desk.asked("POST", "/api/ai-video/cancel/job_1") == []
    assert (await generator.status("job_1")).status == GenerationStatus.PROCESSING
