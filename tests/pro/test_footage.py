"""The campaign integration against a desk in memory: what it sends, and what it gives back."""

import json

import pytest
from httpx import ReadError, Response

from pro import ai_campaign_integration
from pro.ai_campaign_integration import AICampaignIntegration, auto_generate_missing_b_roll
from pro.errors import BudgetExceeded, ConnectionFailed, InvalidRequest
from pro.results import GenerationStatus, VideoGenerationResult
from tests.pro.fake_desk import BASE, KEY, refusal

MISSING = {"product_name": "Meditation App", "key_benefits": ["sleep"]}


@pytest.fixture
def integration(desk, rests):
    return AICampaignIntegration(KEY, base_url=BASE, transport=desk.transport)


def sent(desk, door):
    return [json.loads(one.content) for one in desk.asked("POST", f"/api/campaigns/{door}")]


def test_the_list_of_exports_is_true():
    assert ai_campaign_integration.__all__ == [
        "AICampaignIntegration",
        "CampaignAssets",
        "auto_generate_missing_b_roll",
    ]


async def test_b_roll_in_the_order_of_the_prompts(desk, integration):
    results = await integration.generate_b_roll(["One", "Two"], "standard", "9:16", campaign="May")
    assert sent(desk, "b-roll") == [
        {
            "prompts": ["One", "Two"],
            "quality": "standard",
            "aspect_ratio": "9:16",
            "duration": 5,
            "campaign": "May",
        }
    ]
    assert [(r.status.value, r.cost, r.metadata["prompt"]) for r in results] == [
        ("completed", 0.25, "One"),
        ("completed", 0.25, "Two"),
    ]
    facts = results[1].metadata
    assert (facts["role"], facts["campaign_id"], facts["shot_id"], facts["take_id"]) == (
        "b_roll",
        "cc_1",
        "shot_job_2",
        "take_job_2",
    )


async def test_a_photo_is_uploaded_and_one_result_comes_back(desk, integration, tmp_path):
    (tmp_path / "shoe.jpg").write_bytes(b"jpg")
    result = await integration.animate_product_image("shoe.jpg", motion="Slow turn")
    assert (result.status.value, result.metadata["prompt"]) == ("completed", "Slow turn")
    [body] = sent(desk, "product-animation")
    assert (body["image_path"], body["quality"], len(desk.uploads)) == ("asset_1", "high", 1)
    with pytest.raises(InvalidRequest, match=r"There is no file none\.jpg"):
        await integration.animate_product_image("none.jpg")
    assert len(desk.jobs) == 1


async def test_assets_come_by_kind_with_the_true_sum(desk, integration, tmp_path):
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / name).write_bytes(name.encode())
    brief = {"product_name": "App", "b_roll_scenes": ["One"], "product_images": ["a.jpg", "b.jpg"]}
    assets = await integration.generate_campaign_assets({**brief, "transition_count": 3})
    [body] = sent(desk, "assets")
    assert body == {
        "product_name": "App",
        "b_roll_scenes": ["One"],
        "product_images": ["asset_1", "asset_2"],
        "transition_count": 3,
    }
    assert [len(assets[name]) for name in ("b_roll", "product_shots", "transitions")] == [1, 2, 3]
    assert (assets["campaign_id"], assets["batch_id"], assets["total_cost"]) == (
        "cc_1",
        "batch_1",
        1.5,
    )
    assert brief["product_images"] == ["a.jpg", "b.jpg"]


async def test_variants_and_transitions(desk, integration):
    variants = await integration.create_video_variants("Idea", variant_count=5, quality="draft")
    assert len(variants) == 5
    assert sent(desk, "variants")[0]["variant_count"] == 5
    desk.jobs.clear()
    assert len(await integration.generate_scene_transitions(2, "ink", 4)) == 2
    [body] = sent(desk, "transitions")
    assert (body["count"], body["style"], body["duration"], body["quality"]) == (
        2,
        "ink",
        4,
        "draft",
    )


async def test_what_is_there_already_is_told_by_its_words(desk, integration):
    there = [
        "A scene",
        {"prompt": "B scene"},
        {"video_url": "https://x.test/c.mp4"},
        VideoGenerationResult(status=GenerationStatus.COMPLETED, metadata={"prompt": "D scene"}),
    ]
    data = {**MISSING, "b_roll": there, "existing_b_roll": ["E scene"], "quality": None}
    results = await integration.generate_missing_b_roll(data, 6)
    [body] = sent(desk, "missing-b-roll")
    words = ["A scene", "B scene", "https://x.test/c.mp4", "D scene", "E scene"]
    assert body == {**MISSING, "existing_b_roll": words, "required_b_roll_count": 6}
    assert [result.metadata["prompt"] for result in results] == ["Invented"]


async def test_the_function_makes_nothing_where_nothing_is_missing(desk, rests, monkeypatch):
    def made():
        return AICampaignIntegration(KEY, base_url=BASE, transport=desk.transport)

    monkeypatch.setattr(ai_campaign_integration, "AICampaignIntegration", made)
    found = await auto_generate_missing_b_roll({**MISSING, "b_roll": ["A"]}, 1)
    assert (found, desk.jobs, rests) == ([], {}, [])


async def test_a_text_is_no_list_of_prompts(desk, integration):
    desk.faults = [Response(400, json=refusal("not_a_list", "Send a list of texts.", "prompts"))]
    with pytest.raises(InvalidRequest, match="prompts: Send a list"):
        await integration.generate_b_roll("One")
    assert sent(desk, "b-roll")[0]["prompts"] == "One"


async def test_a_lost_answer_makes_nothing_twice(desk, integration):
    desk.lost = [ReadError("reset")] * 3
    assert len(await integration.generate_b_roll(["One", "Two"])) == 2
    asked = desk.asked("POST", "/api/campaigns/b-roll")
    assert (len(asked), len({one.headers["idempotency-key"] for one in asked})) == (4, 1)
    assert len(desk.jobs) == 2


async def test_no_answer_at_all_names_the_key_to_come_back_with(desk, integration):
    desk.lost = [ReadError("reset")] * 4
    with pytest.raises(ConnectionFailed) as caught:
        await integration.generate_b_roll(["One"], idempotency_key="mine")
    assert caught.value.idempotency_key == "mine"
    [result] = await integration.generate_b_roll(["One"], idempotency_key="mine")
    assert (result.job_id, len(desk.jobs)) == ("job_1", 1)


async def test_what_outlasts_the_timeout_goes_on(desk):
    integration = AICampaignIntegration(KEY, base_url=BASE, transport=desk.transport)
    desk.looks = 1000
    [result] = await integration.generate_b_roll(["One"], timeout=0.05)
    assert (result.status.value, result.error) == (
        "queued",
        "Not ended after 0.05 s. The job goes on.",
    )


async def test_over_budget_makes_nothing(desk, integration):
    desk.faults = [Response(402, json=refusal("budget_exceeded", "“May” has $0.20 left."))]
    with pytest.raises(BudgetExceeded, match="left"):
        await integration.generate_scene_transitions()
    assert desk.jobs == {}


async def test_it_may_be_used_again_after_it_was_closed(desk, rests):
    async with AICampaignIntegration(KEY, base_url=BASE, transport=desk.transport) as integration:
        await integration.generate_b_roll(["One"])
    desk.jobs.clear()
    assert len(await integration.generate_b_roll(["One"])) == 1
    await integration.close()
