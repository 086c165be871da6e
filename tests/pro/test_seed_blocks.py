"""Every Python block of the product brief, run as printed against the running product.

Each finds what it takes for granted: the names of the client, `generator`, `integration`,
`request`, `logger`, `budget`, and its pictures in the working directory.
"""

import ast
import inspect
import logging
from types import FunctionType

import httpx
import pytest
from PIL import Image

from pro import ai_campaign_integration as campaigns
from pro import ai_video_generator as sdk
from tests.pro import product_brief

pytestmark = pytest.mark.e2e
PICTURES = {
    "product_photo.jpg": "teal",
    "iphone_product_shot.jpg": "navy",
    "product_white_background.jpg": "white",
    "app_screen1.jpg": "orange",
    "app_screen2.jpg": "purple",
}
SDK = ["Basic Text-to-Video", "Image-to-Video Animation", "With Specific Provider"]
CAMPAIGN = ["Auto-Generate B-Roll", "Animate Product Photos", "Generate Complete Campaign Assets"]
SAVING = ["1. Use Drafts for Iterations", "2. Cost-Optimized Batch Generation"]
USES = ["1. Ad Creatives", "2. Product Showcases", "3. B-Roll Generation", "4. Scene Transitions"]
ADVICE = ["5. A/B Testing Variants", "4. Cost Management", "5. Error Handling"]
TROUBLE = ["Provider Not Available", "Generation Failed"]
PIKA, RUNWAY, SORA = (sdk.VideoProvider(name) for name in ("pika", "runway", "sora"))


@pytest.fixture
async def names(running_product, monkeypatch):
    """What stands around a block: the folder where `make run` was called, and these names."""
    monkeypatch.chdir(running_product.folder)
    for name, colour in PICTURES.items():
        Image.new("RGB", (900, 1600), colour).save(name)
    generator, integration = sdk.AIVideoGenerator(), campaigns.AICampaignIntegration()
    request = sdk.VideoGenerationRequest(prompt="A red kite over the sea", duration=3)
    around = {name: getattr(sdk, name) for name in sdk.__all__}
    around |= {name: getattr(campaigns, name) for name in campaigns.__all__}
    around |= {"generator": generator, "integration": integration, "request": request}
    yield around | {"logger": logging.getLogger("block"), "budget": 1.0}
    await generator.close()
    await integration.close()


async def run(title, names):
    """The names after the block has run in them, `await` and all."""
    source = product_brief.python(title)
    code = compile(source, title, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    outcome = FunctionType(code, names)()
    if inspect.iscoroutine(outcome):
        await outcome
    return names


def test_no_block_is_left_out():
    known = [*SDK, *CAMPAIGN, *SAVING, *USES, *ADVICE, *TROUBLE]
    assert list(product_brief.examples("python")) == known
    assert {len(blocks) for blocks in product_brief.examples("python").values()} == {1}


def logged(caplog):
    return [record.getMessage() for record in caplog.records if record.name == "block"]


def is_done(result, *, cost, provider):
    assert (result.status, result.error) == (sdk.GenerationStatus.COMPLETED, None)
    assert (result.cost, result.cost_is_final, result.provider) == (cost, True, provider)
    clip = httpx.get(result.video_url, trust_env=False)
    assert (clip.headers["content-type"], clip.content[4:8]) == ("video/mp4", b"ftyp")
    picture = httpx.get(result.thumbnail_url, trust_env=False)
    assert picture.headers["content-type"] == "image/jpeg"


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


# --- campaigns


def are_done(results, *, costs, provider, prompts=None):
    for result, cost in zip(results, costs, strict=True):
        is_done(result, cost=cost, provider=provider)
    assert len({result.metadata["campaign_id"] for result in results}) == 1
    assert prompts is None or [result.metadata["prompt"] for result in results] == prompts


async def test_auto_generate_b_roll(names, capsys):
    names.pop("integration")
    b_roll = (await run("Auto-Generate B-Roll", names))["b_roll"]
    prompts = ["Person using fitness app in gym", "Close-up of app notification"]
    prompts.append("User celebrating achievement")
    are_done(b_roll, costs=[0.1] * 3, provider=PIKA, prompts=prompts)
    assert {result.metadata["aspect_ratio"] for result in b_roll} == {"9:16"}
    assert capsys.readouterr().out.splitlines() == [
        f"B-roll {n}: {result.video_url}, Cost: $0.1" for n, result in enumerate(b_roll, 1)
    ]


async def test_animate_product_photos(names, capsys):
    result = (await run("Animate Product Photos", names))["result"]
    is_done(result, cost=0.25, provider=RUNWAY)
    assert result.metadata["prompt"] == "360-degree rotation with professional lighting"
    assert capsys.readouterr().out == f"Product video: {result.video_url}\n"


async def test_generate_complete_campaign_assets(names, capsys, running_product):
    assets = (await run("Generate Complete Campaign Assets", names))["assets"]
    told = ["B-roll clips: 3", "Product shots: 2", "Transitions: 3"]
    assert capsys.readouterr().out.splitlines() == told
    are_done(
        assets["b_roll"],
        costs=[0.25] * 3,
        provider=RUNWAY,
        prompts=names["campaign_brief"]["b_roll_scenes"],
    )
    are_done(assets["product_shots"], costs=[0.25] * 2, provider=RUNWAY)
    are_done(assets["transitions"], costs=[0.06] * 3, provider=PIKA)
    assert (assets["total_estimated_cost"], assets["total_cost"]) == (1.43, 1.43)
    board = ask(running_product, f"campaigns/{assets['campaign_id']}/shots")
    assert [shot["role"] for shot in board["results"]] == [
        *["b_roll"] * 3,
        *["product"] * 2,
        *["transition"] * 3,
    ]


async def test_use_drafts_for_iterations(names):
    told = await run("1. Use Drafts for Iterations", names)
    are_done(told["variants"], costs=[0.1] * 5, provider=PIKA)
    assert round(sum(result.cost for result in told["variants"]), 2) == 0.50
    assert told["final_video"].metadata["prompt"] == told["best_variant"].metadata["prompt"]
    is_done(told["final_video"], cost=1.25, provider=SORA)


async def test_product_showcases(names):
    result = (await run("2. Product Showcases", names))["result"]
    is_done(result, cost=0.25, provider=RUNWAY)


async def test_b_roll_generation(names):
    b_roll = (await run("3. B-Roll Generation", names))["b_roll"]
    are_done(b_roll, costs=[0.1] * 5, provider=PIKA)
    assert len({result.metadata["prompt"] for result in b_roll}) == 5
    enough = {"product_name": "Meditation App", "b_roll": b_roll}
    assert await campaigns.auto_generate_missing_b_roll(enough, 5) == []


async def test_scene_transitions(names):
    transitions = (await run("4. Scene Transitions", names))["transitions"]
    are_done(transitions, costs=[0.06] * 3, provider=PIKA)


async def test_a_b_testing_variants(names):
    variants = (await run("5. A/B Testing Variants", names))["variants"]
    are_done(variants, costs=[0.1] * 5, provider=PIKA)
    assert len({result.metadata["prompt"] for result in variants}) == 5
    assert len({result.metadata["shot_id"] for result in variants}) == 1


async def test_one_that_fails_loses_no_other(names):
    prompts = ["One", "Two [[sandbox: fail=moderation]]", "Three"]
    results = await names["integration"].generate_b_roll(prompts)
    assert [result.status.value for result in results] == ["completed", "failed", "completed"]
    assert [result.metadata["prompt"] for result in results] == prompts
    assert results[1].error


def ask(product, path):
    key = {"Authorization": f"Bearer {product.demo['AIVIDEO_API_KEY']}"}
    return httpx.get(f"{product.base_url}/api/{path}", headers=key, trust_env=False).json()


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
