"""Every Python block of the product brief, run as printed against the running product.

Each finds what it takes for granted: the names of the client, `generator`, `integration`,
`request`, `logger`, `budget`, and its pictures in the working directory. What becomes of those
that make a campaign's footage is in test_seed_campaigns.py.
"""

import httpx
import pytest

from pro import ai_video_generator as sdk
from tests.pro import product_brief
from tests.pro.printed import is_done, names_around, run, take_pictures

pytestmark = pytest.mark.e2e
SDK = ["Basic Text-to-Video", "Image-to-Video Animation", "With Specific Provider"]
CAMPAIGN = ["Auto-Generate B-Roll", "Animate Product Photos", "Generate Complete Campaign Assets"]
SAVING = ["1. Use Drafts for Iterations", "2. Cost-Optimized Batch Generation"]
USES = ["1. Ad Creatives", "2. Product Showcases", "3. B-Roll Generation", "4. Scene Transitions"]
ADVICE = ["5. A/B Testing Variants", "4. Cost Management", "5. Error Handling"]
TROUBLE = ["Provider Not Available", "Generation Failed"]


@pytest.fixture
async def names(running_product, monkeypatch):
    """What stands around a block: the folder where `make run` was called, and these names."""
    monkeypatch.chdir(running_product.folder)
    take_pictures()
    found = names_around()
    yield found
    await found["generator"].close()


def test_no_block_is_left_out():
    known = [*SDK, *CAMPAIGN, *SAVING, *USES, *ADVICE, *TROUBLE]
    assert list(product_brief.examples("python")) == known
    assert {len(blocks) for blocks in product_brief.examples("python").values()} == {1}


def logged(caplog):
    return [record.getMessage() for record in caplog.records if record.name == "block"]


async def test_basic_text_to_video(names, capsys):
    names.pop("generator")
    result = (await run("Basic Text-to-Video", names))["result"]
    status, url, cost = capsys.readouterr().out.splitlines()
    assert (status, cost) == ("Status: completed", "Cost: $0.25")
    assert url == f"Video URL: {result.video_url}"
    is_done(result, cost=0.25, provider=sdk.VideoProvider.RUNWAY)
    assert result.metadata["prompt"].startswith("A professional product showcase")


async def test_image_to_video_animation(names):
    result = (await run("Image-to-Video Animation", names))["result"]
    is_done(result, cost=0.25, provider=sdk.VideoProvider.RUNWAY)


async def test_with_specific_provider(names):
    result = (await run("With Specific Provider", names))["result"]
    is_done(result, cost=0.25, provider=sdk.VideoProvider.RUNWAY)


async def test_cost_optimized_batch_generation(names):
    batch = (await run("2. Cost-Optimized Batch Generation", names))["batch_result"]
    assert (batch["status"], batch["total_videos"]) == ("success", 3)
    assert batch["total_estimated_cost"] == 0.45
    for result, cost, provider in zip(
        batch["results"], [0.1, 0.1, 0.25], ["pika", "pika", "runway"], strict=True
    ):
        is_done(result, cost=cost, provider=sdk.VideoProvider(provider))
    assert batch["total_cost"] == 0.45


async def test_ad_creatives(names):
    result = (await run("1. Ad Creatives", names))["result"]
    is_done(result, cost=1.25, provider=sdk.VideoProvider.SORA)


async def test_cost_management(names):
    assert (await run("4. Cost Management", names))["cost"] == 0.10
    assert (await names["generator"].estimate(quality=sdk.QualityTier.DRAFT)).estimated_cost == 0.1


async def test_error_handling_when_all_is_well(names, caplog):
    result = (await run("5. Error Handling", names))["result"]
    is_done(result, cost=0.15, provider=sdk.VideoProvider.RUNWAY)
    assert logged(caplog) == []


async def test_error_handling_when_every_provider_fails(names, caplog):
    names["request"].prompt += " [[sandbox: fail=invalid]]"
    result = (await run("5. Error Handling", names))["result"]
    assert result.status == sdk.GenerationStatus.FAILED
    assert logged(caplog) == [f"All providers failed: {result.error}"]


async def test_error_handling_with_fallback_only_the_second_time(names, caplog):
    names["request"].prompt += " [[sandbox: fail=invalid, only=runway]]"
    names["request"].enable_fallback = False
    result = (await run("5. Error Handling", names))["result"]
    assert logged(caplog) == []
    is_done(result, cost=0.09, provider=sdk.VideoProvider.KLING)


async def test_error_handling_of_what_never_becomes_a_job(names, caplog):
    names["request"].duration = 99
    await run("5. Error Handling", names)
    (message,) = logged(caplog)
    assert message.startswith("Generation error: duration: ")


async def test_provider_not_available(names):
    names["request"].enable_fallback = False
    assert (await run("Provider Not Available", names))["request"].enable_fallback is True


async def test_generation_failed(names, capsys):
    names["request"].prompt += " [[sandbox: fail=moderation]]"
    result = (await run("Generation Failed", names))["result"]
    assert result.status == sdk.GenerationStatus.FAILED
    assert capsys.readouterr().out == f"Error: {result.error}\n"


# --- and what no block shows


async def test_a_clip_is_downloaded(names, running_product):
    async with sdk.AIVideoGenerator() as generator:
        request = sdk.VideoGenerationRequest(prompt="A red kite", quality="draft", duration=3)
        result = await generator.generate_video(request)
        path = await generator.download(result, running_product.folder)
    assert path.name == f"{result.job_id}.mp4"
    assert path.read_bytes()[4:8] == b"ftyp"


async def test_a_lost_answer_makes_one_job_at_the_real_desk(names, running_product):
    class Lossy(httpx.AsyncHTTPTransport):
        lost = 2

        async def handle_async_request(self, request):
            response = await super().handle_async_request(request)
            if request.url.path.endswith("/generate") and self.lost:
                self.lost -= 1
                await response.aread()
                raise httpx.ReadError("lost on the way back")
            return response

    request = sdk.VideoGenerationRequest(prompt="Only one of me", quality="draft", duration=3)
    async with sdk.AIVideoGenerator(transport=Lossy()) as generator:
        result = await generator.generate_video(request)
    is_done(result, cost=0.06, provider=sdk.VideoProvider.PIKA)
    found = httpx.get(
        f"{running_product.base_url}/api/ai-video/jobs",
        params={"q": "Only one of me"},
        headers={"Authorization": f"Bearer {running_product.demo['AIVIDEO_API_KEY']}"},
        trust_env=False,
    )
    assert [job["job_id"] for job in found.json()["results"]] == [result.job_id]
