"""What becomes of the product brief's blocks that make a campaign's footage.

They run at the same time against the running product, as people would use it.
"""

import asyncio
import os

import httpx
import pytest

from pro import ai_campaign_integration as campaigns
from pro import ai_video_generator as sdk
from tests.pro.printed import is_done, names_around, run, take_pictures

pytestmark = pytest.mark.e2e
BLOCKS = [
    "Auto-Generate B-Roll",
    "Animate Product Photos",
    "Generate Complete Campaign Assets",
    "1. Use Drafts for Iterations",
    "2. Product Showcases",
    "3. B-Roll Generation",
    "4. Scene Transitions",
    "5. A/B Testing Variants",
]
FAILING = ["One", "Two [[sandbox: fail=moderation]]", "Three"]
PIKA, RUNWAY, SORA = (sdk.VideoProvider(name) for name in ("pika", "runway", "sora"))


@pytest.fixture(scope="module")
def played(running_product):
    """Gives the names after a block has run, with the lines that it `printed`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(running_product.folder)
        for name in [name for name in os.environ if name.startswith("AIVIDEO_")]:
            patch.delenv(name)
        take_pictures()
        outcomes = asyncio.run(_all())

    def outcome(title):
        if isinstance(outcomes[title], Exception):
            raise outcomes[title]
        return outcomes[title]

    return outcome


async def _all():
    tries = [_played(title) for title in BLOCKS] + [_failing()]
    found = await asyncio.gather(*tries, return_exceptions=True)
    return dict(zip([*BLOCKS, "failing"], found, strict=True))


async def _played(title):
    names, printed = names_around(), []
    try:
        return await run(title, names | {"print": printed.append, "printed": printed})
    finally:
        await names["generator"].close()
        await names["integration"].close()


async def _failing():
    async with campaigns.AICampaignIntegration() as integration:
        results = await integration.generate_b_roll(FAILING)
    enough = {"product_name": "Meditation App", "b_roll": results}
    return results, await campaigns.auto_generate_missing_b_roll(enough, 3)


def are_done(results, *, costs, provider, prompts=None):
    for result, cost in zip(results, costs, strict=True):
        is_done(result, cost=cost, provider=provider)
    assert len({result.metadata["campaign_id"] for result in results}) == 1
    assert prompts is None or [result.metadata["prompt"] for result in results] == prompts


def test_auto_generate_b_roll(played):
    b_roll = played("Auto-Generate B-Roll")["b_roll"]
    prompts = ["Person using fitness app in gym", "Close-up of app notification"]
    prompts.append("User celebrating achievement")
    are_done(b_roll, costs=[0.1] * 3, provider=PIKA, prompts=prompts)
    assert {result.metadata["aspect_ratio"] for result in b_roll} == {"9:16"}
    assert played("Auto-Generate B-Roll")["printed"] == [
        f"B-roll {n}: {result.video_url}, Cost: $0.1" for n, result in enumerate(b_roll, 1)
    ]


def test_animate_product_photos(played):
    names = played("Animate Product Photos")
    result = names["result"]
    is_done(result, cost=0.25, provider=RUNWAY)
    assert result.metadata["prompt"] == "360-degree rotation with professional lighting"
    assert names["printed"] == [f"Product video: {result.video_url}"]


def test_generate_complete_campaign_assets(played, running_product):
    names = played("Generate Complete Campaign Assets")
    assets = names["assets"]
    told = ["B-roll clips: 3", "Product shots: 2", "Transitions: 3"]
    assert names["printed"] == told
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


def test_use_drafts_for_iterations(played):
    told = played("1. Use Drafts for Iterations")
    are_done(told["variants"], costs=[0.1] * 5, provider=PIKA)
    assert round(sum(result.cost for result in told["variants"]), 2) == 0.50
    assert told["final_video"].metadata["prompt"] == told["best_variant"].metadata["prompt"]
    is_done(told["final_video"], cost=1.25, provider=SORA)


def test_product_showcases(played):
    result = played("2. Product Showcases")["result"]
    is_done(result, cost=0.25, provider=RUNWAY)


def test_b_roll_generation(played):
    b_roll = played("3. B-Roll Generation")["b_roll"]
    are_done(b_roll, costs=[0.1] * 5, provider=PIKA)
    assert len({result.metadata["prompt"] for result in b_roll}) == 5


def test_scene_transitions(played):
    transitions = played("4. Scene Transitions")["transitions"]
    are_done(transitions, costs=[0.06] * 3, provider=PIKA)


def test_a_b_testing_variants(played):
    variants = played("5. A/B Testing Variants")["variants"]
    are_done(variants, costs=[0.1] * 5, provider=PIKA)
    assert len({result.metadata["prompt"] for result in variants}) == 5
    assert len({result.metadata["shot_id"] for result in variants}) == 1


def test_one_that_fails_loses_no_other(played):
    results, nothing = played("failing")
    assert [result.status.value for result in results] == ["completed", "failed", "completed"]
    assert [result.metadata["prompt"] for result in results] == FAILING
    assert results[1].error
    assert nothing == []


def ask(product, path):
    key = {"Authorization": f"Bearer {product.demo['AIVIDEO_API_KEY']}"}
    return httpx.get(f"{product.base_url}/api/{path}", headers=key, trust_env=False).json()
