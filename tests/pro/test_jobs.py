"""What can be done with a job that is there: ask, cancel, fetch its clip; and the desk's prices."""

import httpx
import pytest

from pro.ai_video_generator import (
    AIVideoGenerator,
    CostEstimate,
    QualityTier,
    VideoGenerationRequest,
    VideoProvider,
)
from pro.errors import ConnectionFailed, NotFound, ServerFailed
from tests.pro.fake_desk import BASE, KEY

KITE = VideoGenerationRequest(prompt="A red kite", metadata={"order": "A-17"})


async def test_a_job_s_status_has_its_prompt(desk, generator):
    queued = await generator.submit(KITE)
    result = await generator.status(queued.job_id)
    assert (result.status.value, result.progress) == ("processing", 40)
    assert result.metadata == {"order": "A-17", "prompt": "A red kite"}


async def test_a_job_is_waited_for_by_its_id(desk, generator, rests):
    queued = await generator.submit(KITE)
    result = await generator.wait(queued.job_id)
    assert (result.ended, result.metadata["prompt"]) == (True, "A red kite")


async def test_words_of_a_newer_desk(desk, generator, rests):
    desk.ends = {"status": "polishing", "provider": "newcomer"}
    queued = await generator.submit(KITE)
    desk.looks = 1
    result = await generator.status(queued.job_id)
    assert (result.status.value, result.provider) == ("processing", None)


async def test_there_is_no_such_job(desk, generator):
    with pytest.raises(NotFound, match="There is no job job_9"):
        await generator.status("job_9")
    with pytest.raises(NotFound, match="never became a job"):
        await generator.cancel("")
    assert len(desk.seen) == 1


async def test_an_id_stays_one_part_of_the_address(desk, generator):
    with pytest.raises(NotFound):
        await generator.status("../budgets?x=1")
    assert desk.seen[0].url.raw_path == b"/api/ai-video/jobs/..%2Fbudgets%3Fx%3D1"


async def test_cancelling(desk, generator, rests):
    queued = await generator.submit(KITE)
    told = await generator.cancel(queued.job_id)
    assert (told.success, told.job_id, told.message) == (True, "job_1", "Job cancelled")
    await generator.wait(queued)
    told = await generator.cancel(queued.job_id)
    assert (told.success, told.message) == (False, "Already completed.")


async def test_the_desk_s_own_estimate():
    def answer(request):
        assert request.headers["authorization"] == f"Bearer {KEY}"
        assert dict(request.url.params) == {
            "duration": "5",
            "quality": "standard",
            "mode": "text_to_video",
            "provider": "runway",
        }
        prices = {"sora": 1.25, "runway": 0.25, "kling": 0.15, "pika": 0.1}
        told = {"estimated_cost": 0.25, "duration": 5, "quality": "standard", "billed_seconds": 5}
        told |= {"provider": "runway", "breakdown_by_provider": prices}
        tip = "Save $1.15 by using Pika instead of Sora"
        return httpx.Response(200, json={**told, "savings_tip": tip, "mode": "text_to_video"})

    generator = AIVideoGenerator(KEY, base_url=BASE, transport=httpx.MockTransport(answer))
    assert await generator.estimate(5, provider=VideoProvider.RUNWAY) == CostEstimate(
        estimated_cost=0.25,
        duration=5,
        quality=QualityTier.STANDARD,
        provider=VideoProvider.RUNWAY,
        billed_seconds=5,
        breakdown_by_provider={"sora": 1.25, "runway": 0.25, "kling": 0.15, "pika": 0.1},
        savings_tip="Save $1.15 by using Pika instead of Sora",
    )


async def finished(generator):
    return await generator.wait(await generator.submit(KITE))


async def test_a_clip_is_fetched_without_credentials(desk, generator, rests, alone):
    result = await finished(generator)
    desk.faults = [httpx.Response(200, content=b"a clip")]
    path = await generator.download(result, alone / "clips" / "kite.mp4")
    assert (path, path.read_bytes()) == (alone / "clips" / "kite.mp4", b"a clip")
    assert "authorization" not in desk.seen[-1].headers
    assert list(path.parent.iterdir()) == [path]


async def test_in_a_folder_the_clip_is_named_by_its_job(desk, generator, rests, alone):
    result = await finished(generator)
    desk.faults = [httpx.Response(200, content=b"a clip")]
    assert await generator.download(result, alone) == alone / "job_1.mp4"


async def test_an_expired_link_is_asked_for_again(desk, generator, rests, alone):
    result = await finished(generator)
    fresh = {"job_id": "job_1", "status": "completed", "video_url": f"{BASE}/media/new.mp4"}
    clip = httpx.Response(200, content=b"a clip")
    desk.faults = [httpx.Response(404), httpx.Response(200, json=fresh), clip]
    path = await generator.download(result, "kite.mp4")
    assert path.read_bytes() == b"a clip"
    assert str(desk.seen[-1].url) == f"{BASE}/media/new.mp4"


async def test_a_broken_download_starts_again(desk, generator, rests, alone):
    result = await finished(generator)
    broken = httpx.RemoteProtocolError("peer closed connection")
    desk.faults = [broken, broken, httpx.Response(200, content=b"a clip")]
    assert (await generator.download(result, "kite.mp4")).read_bytes() == b"a clip"


async def test_a_download_that_never_works_leaves_what_was_there(desk, generator, rests, alone):
    (alone / "kite.mp4").write_bytes(b"the old clip")
    result = await finished(generator)
    desk.faults = [httpx.ReadError("reset")] * 4
    with pytest.raises(ConnectionFailed, match="did not arrive"):
        await generator.download(result, "kite.mp4")
    desk.faults = [httpx.Response(500)]
    with pytest.raises(ServerFailed, match="HTTP 500"):
        await generator.download(result, "kite.mp4")
    assert [file.name for file in alone.iterdir()] == ["kite.mp4"]
    assert (alone / "kite.mp4").read_bytes() == b"the old clip"


async def test_a_failed_job_has_no_clip(desk, generator, rests, alone):
    desk.ends = {"status": "failed", "video_url": None, "error": "Refused"}
    with pytest.raises(NotFound, match="Job job_1 has no clip; it is failed"):
        await generator.download(await finished(generator), "kite.mp4")
    assert list(alone.iterdir()) == []
