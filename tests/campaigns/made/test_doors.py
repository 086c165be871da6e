"""The helpers' doors: shots and takes of a campaign, all under one hold or none at all."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns import opening, storyboard
from campaigns.models import Campaign, Shot, Take
from campaigns.storyboard import MOST_SHOTS
from generation.models import CostCentre, IdempotentAnswer, Job, LedgerLine
from tests.campaigns.conftest import uploaded
from tests.campaigns.footing import shot_of
from tests.generation.api.conftest import make_caller, only_error
from tests.generation.money.budgets_by_hand import budget_of

pytestmark = pytest.mark.usefixtures("shop")
SCENES = [
    "User tracking workout on phone",
    "Success notification",
    "Progress chart showing improvement",
]
# The price example of the product brief, and its printed brief.
EXAMPLE = {"quality": "draft", "b_roll_scenes": [f"Scene {n}" for n in range(5)]}
PRINTED = {
    "product_name": "FitnessPro App",
    "b_roll_scenes": SCENES,
    "aspect_ratio": "9:16",
    "quality": "standard",
    "transition_count": 3,
}
MISSING = {
    "product_name": "Meditation App",
    "target_audience": "stressed professionals",
    "key_benefits": ["reduce stress", "improve sleep"],
    "required_b_roll_count": 5,
}


@pytest.fixture
def photos(access):
    return [uploaded(access, "navy").uid, uploaded(access, "teal").uid]


@pytest.fixture
def nothing_written(db):
    """Asserts, at the end, that a refusal opened, made, held and kept nothing."""
    kinds = (CostCentre, Campaign, Shot, Take, Job, LedgerLine, IdempotentAnswer)
    before = [kind.objects.count() for kind in kinds]
    yield
    assert [kind.objects.count() for kind in kinds] == before


def held():
    return sum(line.held_delta for line in LedgerLine.objects.all())


def made(caller, door, body, **how):
    answer = caller.post(f"campaigns/{door}", body, **how)
    assert answer.status_code == 202, answer.content
    return answer.json()


def test_b_roll_is_a_clip_a_prompt_in_the_quick_campaign(caller, access):
    told = made(caller, "b-roll", {"prompts": SCENES, "aspect_ratio": "9:16"})
    assert (told["campaign"], told["total_estimated_cost"], held()) == (
        "Quick footage",
        0.30,
        300_000,
    )
    assert [item["prompt"] for item in told["items"]] == SCENES
    assert {(i["role"], i["quality"], i["duration"], i["provider"]) for i in told["items"]} == {
        ("b_roll", "draft", 5, "pika")
    }
    campaign = opening.campaign_by(access, told["campaign_id"])
    shots = list(storyboard.shots_of(campaign))
    assert [(s.uid, s.position, s.prompt, s.ratio) for s in shots] == [
        (item["shot_id"], n, item["prompt"], "9:16") for n, item in enumerate(told["items"], 1)
    ]
    assert [job.uid for job in Job.objects.order_by("item_index")] == told["job_ids"]
    again = made(caller, "b-roll", {"prompts": ["One more"]})
    assert again["campaign_id"] == told["campaign_id"]
    assert [s.position for s in storyboard.shots_of(campaign)] == [1, 2, 3, 4]


def test_what_was_made_is_on_the_pages(caller, browser):
    uid = made(caller, "b-roll", {"prompts": SCENES})["campaign_id"]
    for page in ("storyboard", "drafts"):
        assert SCENES[0] in browser.get(f"/campaigns/{uid}/{page}/").content.decode()
    assert "Quick footage" in browser.get("/campaigns/").content.decode()


def test_the_same_key_makes_it_once(caller):
    body = {"prompts": SCENES}
    assert made(caller, "b-roll", body, key="k") == made(caller, "b-roll", body, key="k")
    assert (Job.objects.count(), Shot.objects.count()) == (3, 3)


def test_the_printed_brief_costs_a_dollar_forty_three(caller, photos):
    told = made(caller, "assets", {**PRINTED, "product_images": photos})
    assert (told["campaign"], told["total_estimated_cost"]) == ("FitnessPro App", 1.43)
    assert [(i["role"], i["quality"], i["duration"], i["provider"]) for i in told["items"]] == [
        *[("b_roll", "standard", 5, "runway")] * 3,
        *[("product", "high", 5, "runway")] * 2,
        *[("transition", "draft", 3, "pika")] * 3,
    ]
    assert len({item["prompt"] for item in told["items"]}) == 8
    pictures = Shot.objects.filter(role="product").order_by("position")
    assert [shot.picture.uid for shot in pictures] == photos


def test_the_price_example_costs_a_dollar_eighteen(caller, photos):
    told = made(caller, "assets", {**EXAMPLE, "product_images": photos, "transition_count": 3})
    by_role = {}
    for item in told["items"]:
        kind = (item["role"], item["quality"])
        by_role[kind] = round(by_role.get(kind, 0) + item["estimated_cost"], 2)
    assert by_role == {
        ("b_roll", "draft"): 0.50,
        ("product", "high"): 0.50,
        ("transition", "draft"): 0.18,
    }
    assert (told["total_estimated_cost"], held()) == (1.18, 1_180_000)


@pytest.mark.parametrize(
    ("quality", "asked", "wanted"),
    [("master", None, "master"), ("draft", "draft", "draft"), ("standard", None, "high")],
)
def test_the_tier_of_product_shots(caller, photos, quality, asked, wanted):
    body = {"quality": quality, "product_images": photos[:1], "product_quality": asked}
    [item] = made(caller, "assets", body)["items"]
    assert item["quality"] == wanted


def test_a_campaign_of_the_products_name_is_used_unless_a_client_pays_for_it(
    caller, access, client
):
    first = made(caller, "assets", {**PRINTED, "b_roll_scenes": ["One"]})
    assert made(caller, "assets", PRINTED)["campaign_id"] == first["campaign_id"]
    opening.open_campaign(access, name="Paid for", client=client)
    told = made(caller, "assets", {**PRINTED, "product_name": "paid  for"})
    assert told["campaign"] == "paid for 2"


def test_a_full_or_archived_campaign_gets_a_successor(caller, access):
    full = opening.open_campaign(access, name="Quick footage")
    Shot.objects.bulk_create(
        Shot(
            workspace_id=full.workspace_id,
            mode=full.mode,
            campaign=full,
            position=n,
            role="b_roll",
            prompt="Full",
        )
        for n in range(1, MOST_SHOTS)
    )
    assert made(caller, "b-roll", {"prompts": ["Fits"]})["campaign"] == "Quick footage"
    assert made(caller, "b-roll", {"prompts": ["Next"]})["campaign"] == "Quick footage 2"
    second = Campaign.objects.get(centre__name="Quick footage 2")
    second.archived_at = second.created_at
    second.save()
    assert made(caller, "b-roll", {"prompts": ["Then"]})["campaign"] == "Quick footage 3"


def test_a_campaign_is_named_by_id_or_name(caller, campaign):
    told = made(caller, "b-roll", {"prompts": ["One"], "campaign": campaign.uid})
    assert told["campaign_id"] == campaign.uid
    told = made(caller, "transitions", {"count": 1, "campaign": "Spring"})
    assert told["campaign_id"] == campaign.uid
    assert "brand_kit" in Shot.objects.first().made_of


def test_a_photo_moves_as_told(caller, photos):
    body = {"image_path": photos[0], "motion": "360-degree rotation"}
    [item] = made(caller, "product-animation", body)["items"]
    assert (item["prompt"], item["quality"], item["provider"], item["estimated_cost"]) == (
        "360-degree rotation",
        "high",
        "runway",
        0.25,
    )
    assert Job.objects.get().picture.uid == photos[0]


def test_variants_are_takes_of_one_shot(caller):
    prompt = "Fitness app demo showing workout tracking"
    told = made(caller, "variants", {"prompt": prompt, "variant_count": 5})
    assert (told["total_videos"], told["total_estimated_cost"]) == (5, 0.50)
    assert len({item["prompt"] for item in told["items"]}) == 5
    assert all(item["prompt"].startswith(prompt) for item in told["items"])
    assert {tuple(item["factors"]) for item in told["items"]} == {("camera",)}
    assert Shot.objects.get().prompt == prompt
    assert list(Take.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3, 4, 5]
    [one] = made(caller, "variants", {"prompt": prompt, "variant_count": 1})["items"]
    assert (one["prompt"], one["factors"]) == (prompt, {})
    most = made(caller, "variants", {"prompt": prompt, "variant_count": 20})
    assert len({item["prompt"] for item in most["items"]}) == 20


def test_transitions_say_one_style_with_another_seed_each(caller):
    told = made(caller, "transitions", {"count": 3, "style": "smooth", "duration": 3})
    assert (told["total_estimated_cost"], len({i["prompt"] for i in told["items"]})) == (0.18, 1)
    assert list(Job.objects.order_by("item_index").values_list("seed", flat=True)) == [1, 2, 3]


def test_only_what_is_missing_is_invented(caller):
    told = made(caller, "missing-b-roll", {**MISSING, "existing_b_roll": ["A", "B"]})
    assert (told["campaign"], told["total_videos"], told["total_estimated_cost"]) == (
        "Meditation App",
        3,
        0.30,
    )
    words = [item["prompt"] for item in told["items"]]
    assert all("Meditation App" in prompt for prompt in words)
    more = made(caller, "missing-b-roll", MISSING)
    assert more["campaign_id"] == told["campaign_id"]
    assert len({*words, *(item["prompt"] for item in more["items"])}) == 8


def test_a_named_campaign_counts_with_its_storyboard(caller, campaign):
    shot_of(campaign, prompt="A", role="b_roll")
    shot_of(campaign, position=2, role="transition")
    body = {**MISSING, "campaign": campaign.uid, "existing_b_roll": ["A", "B"]}
    assert made(caller, "missing-b-roll", body)["total_videos"] == 3
    answer = caller.post("campaigns/missing-b-roll", {**body, "existing_b_roll": ["B"]})
    told = answer.json()
    assert (answer.status_code, told["batch_id"], told["items"]) == (200, None, [])
    assert (told["campaign_id"], told["total_estimated_cost"]) == (campaign.uid, 0)
    assert Job.objects.count() == 3


@pytest.mark.parametrize(
    ("door", "body", "code", "attr"),
    [
        ("b-roll", {"prompts": []}, "min_length", "prompts"),
        ("b-roll", {"prompts": "A"}, "not_a_list", "prompts"),
        ("b-roll", {"prompts": ["A", " "]}, "required", "prompts.1"),
        ("b-roll", {"prompts": [" "]}, "required", "prompts.0"),
        ("b-roll", {"prompts": ["A"], "colour": "red"}, "unknown_field", "colour"),
        ("b-roll", {"prompts": ["A"], "duration": 21}, "invalid", "duration"),
        ("b-roll", {"prompts": ["A"], "campaign": "cc_none"}, "not_found", "campaign"),
        ("assets", {"product_name": "X"}, "required", "b_roll_scenes"),
        ("assets", {"b_roll_scenes": ["A", ""]}, "required", "b_roll_scenes.1"),
        ("assets", {"product_images": ["../etc/passwd"]}, "invalid", "product_images.0"),
        ("product-animation", {"image_path": "asset_" + "0" * 20}, "not_found", "image_path"),
        ("variants", {"prompt": "A", "variant_count": 21}, "max_value", "variant_count"),
        ("transitions", {"count": 1, "style": "star wipe"}, "invalid_choice", "style"),
        ("missing-b-roll", {"required_b_roll_count": 2}, "required", "product_name"),
        ("missing-b-roll", {"product_name": "X"}, "required", "required_b_roll_count"),
    ],
)
def test_a_refusal_names_the_field_and_writes_nothing(
    caller, nothing_written, door, body, code, attr
):
    answer = caller.post(f"campaigns/{door}", body, key="k")
    assert only_error(answer)[:3] == (400, code, attr)


def test_over_budget_makes_nothing(caller, access, nothing_written):
    budget_of(access, limit_micros=250_000)
    answer = caller.post("campaigns/b-roll", {"prompts": SCENES})
    assert only_error(answer)[:2] == (402, "budget_exceeded")


def test_anothers_campaign_and_picture_are_not_there(
    foreign_caller, live_caller, campaign, photos, nothing_written
):
    for stranger in (foreign_caller, live_caller):
        answer = stranger.post("campaigns/b-roll", {"prompts": ["A"], "campaign": campaign.uid})
        assert only_error(answer)[:3] == (400, "not_found", "campaign")
        answer = stranger.post("campaigns/product-animation", {"image_path": photos[0]})
        assert only_error(answer)[:3] == (400, "not_found", "image_path")


def test_it_takes_the_right_to_change_campaigns_and_to_generate(workspace, owner, nothing_written):
    for scopes in (["campaigns:write"], ["jobs:write"]):
        caller = make_caller(workspace, owner, scopes=scopes)
        assert caller.post("campaigns/b-roll", {"prompts": ["A"]}).status_code == 403


def test_thirty_clips_take_as_many_queries_as_twenty(caller):
    made(caller, "b-roll", {"prompts": ["First"]})  # the catalogue is read once a process

    def queries(count):
        with CaptureQueriesContext(connection) as seen:
            made(caller, "b-roll", {"prompts": [f"Scene {n}" for n in range(count)]})
        return len(seen)

    assert queries(30) == queries(20)
