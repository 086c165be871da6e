"""What is refused says what to do, and leaves nothing behind."""

import pytest

from generation.models import Budget, BudgetKind, BudgetPeriod

from .conftest import SEED_BATCH, SEED_GENERATE, errors_of, only_error

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_happened")]

GENERATE = "ai-video/generate"
PAIRS = {f"name {i}": "x" for i in range(51)}


@pytest.mark.parametrize(
    ("change", "code", "attr", "words"),
    [
        ({"prompt": None}, "required", "prompt", "Describe the scene or the motion."),
        ({"prompt": "  \n"}, "required", "prompt", "Describe the scene or the motion."),
        ({"prompt": 7}, "invalid", "prompt", "Send a text."),
        ({"prompt": "x" * 4001}, "invalid", "prompt", "Keep it under 4000 characters."),
        ({"prompt": "bell\x07"}, "invalid", "prompt", "Remove the control characters."),
        ({"duration": 2}, "invalid", "duration", "A clip is 3 to 20 seconds long, not 2."),
        ({"duration": 21}, "invalid", "duration", "A clip is 3 to 20 seconds long, not 21."),
        ({"duration": "5"}, "invalid", "duration", "Send a whole number, without quotes."),
        ({"duration": 5.0}, "invalid", "duration", "Send a whole number, without quotes."),
        ({"duration": True}, "invalid", "duration", "Send a whole number, without quotes."),
        (
            {"duration": 15},
            "no_offer",
            "duration",
            "No offer of this request makes 15 s. Runway makes up to 10 s, Sora up to 20 s,"
            " Kling up to 10 s, Pika up to 8 s.",
        ),
        (
            {"aspect_ratio": "2:1"},
            "invalid_choice",
            "aspect_ratio",
            "Choose one of 16:9, 9:16, 1:1, 4:5.",
        ),
        ({"quality": "best"}, "invalid_choice", "quality", None),
        ({"provider": "luma"}, "invalid_choice", "provider", None),
        ({"provider": ["runway"]}, "invalid_choice", "provider", None),
        ({"style": "noir"}, "invalid_choice", "style", None),
        ({"mode": "video"}, "invalid_choice", "mode", None),
        ({"enable_fallback": "yes"}, "invalid", "enable_fallback", None),
        ({"async_mode": 1}, "invalid", "async_mode", "Send true or false, without quotes."),
        ({"max_cost": 0}, "min_value", "max_cost", "Send an amount above 0."),
        ({"max_cost": -1}, "min_value", "max_cost", "Send an amount above 0."),
        ({"max_cost": "1"}, "invalid", "max_cost", "Send an amount in dollars, such as 0.25."),
        ({"max_cost": 0.01}, "no_offer", "max_cost", None),
        ({"seed": -1}, "min_value", "seed", None),
        ({"seed": 2**32}, "max_value", "seed", None),
        ({"priority": 10}, "max_value", "priority", None),
        ({"metadata": PAIRS}, "invalid", "metadata", "Keep it to 50 pairs; these are 51."),
        ({"metadata": {"a": 1}}, "invalid", "metadata", None),
        ({"metadata": {"": "x"}}, "invalid", "metadata", None),
        ({"metadata": {"a": "x" * 501}}, "invalid", "metadata", None),
        ({"metadata": ["a"]}, "invalid", "metadata", None),
        ({"webhook_url": "http://example.com/"}, "invalid", "webhook_url", None),
        ({"webhook_url": "https://"}, "invalid", "webhook_url", None),
        ({"webhook_url": "https://u:p@example.com/"}, "invalid", "webhook_url", None),
        ({"webhook_url": "https://exa mple.com/"}, "invalid", "webhook_url", None),
        ({"webhook_url": "https://[::1/"}, "invalid", "webhook_url", None),
        ({"webhook_url": "ftp://127.0.0.1/"}, "invalid", "webhook_url", None),
        ({"campaign": "Autumn"}, "not_found", "campaign", None),
        ({"image_path": "asset_x"}, "invalid", "image_path", None),
        ({"mode": "image_to_video"}, "required", "image_path", None),
        ({"qualty": "draft"}, "unknown_field", "qualty", "Unknown field. Did you mean quality?"),
        ({"state": "completed"}, "unknown_field", "state", None),
        ({"cost": 0}, "unknown_field", "cost", None),
    ],
)
def test_each_fault_names_its_field(caller, change, code, attr, words):
    response = caller.post(GENERATE, {**SEED_GENERATE, **change})
    status, found, field, detail = only_error(response)
    assert (status, found, field) == (400, code, attr)
    assert words is None or detail == words
    assert response.json()["type"] == "validation_error"


def test_several_faults_are_told_at_once(caller):
    response = caller.post(GENERATE, {"duration": "5", "quality": 1})
    assert sorted(errors_of(response)) == [
        ("invalid", "duration"),
        ("invalid_choice", "quality"),
        ("required", "prompt"),
    ]


@pytest.mark.parametrize(
    "path",
    [
        "../../etc/passwd",
        "/etc/passwd",
        "file:///etc/passwd",
        "\\\\host\\share\\x.png",
        "uploads/../secret.png",
        "asset_" + "0" * 20,
        "http://example.com/x.png",
        "photo\x00.png",
        "data:image/png;base64,AAAA",
    ],
)
def test_a_picture_is_an_upload_and_never_a_path(caller, path):
    body = {"prompt": "Zoom in", "mode": "image_to_video", "image_path": path}
    status, _, attr, _ = only_error(caller.post(GENERATE, body))
    assert (status, attr) == (400, "image_path")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[1, 2]",
        b'"text"',
        b"null",
        b'{"prompt": NaN}',
        b'{"prompt": "\\ud800"}',
        b'{"\\udfff": 1}',
        b'{"prompt": "\xff"}',
        b"[" * 20000,
    ],
)
def test_what_is_no_json_object(caller, body):
    response = caller.post(GENERATE, body)
    assert response.status_code == 400
    errors_of(response)


def test_a_body_of_another_type(caller):
    response = caller.client.post(
        "/api/ai-video/generate",
        "prompt=x",
        content_type="application/x-www-form-urlencoded",
        headers={"Authorization": f"Bearer {caller.text}"},
    )
    assert only_error(response)[:2] == (415, "unsupported_media_type")


def test_a_body_that_is_too_large(caller):
    response = caller.post(GENERATE, {"prompt": "x" * 300_000})
    assert only_error(response)[:2] == (413, "too_large")


@pytest.mark.parametrize(
    ("change", "code", "attr"),
    [
        ({"prompts": []}, "min_length", "prompts"),
        ({"prompts": ["x"] * 1001}, "max_length", "prompts"),
        ({"prompts": "x"}, "not_a_list", "prompts"),
        ({"prompts": ["a lake", 7]}, "invalid", "prompts.1"),
        ({"prompts": ["a lake", " "]}, "required", "prompts.1"),
        ({"hero_indexes": [1, 3]}, "invalid", "hero_indexes"),
        ({"hero_indexes": ["1"]}, "invalid", "hero_indexes.0"),
        ({"prompt": "x"}, "unknown_field", "prompt"),
        ({"duration": 9}, "no_offer", None),
        ({"campaign": "Autumn"}, "not_found", "campaign"),
    ],
)
def test_a_batch_with_one_fault_is_refused_whole(caller, change, code, attr):
    if change == {"duration": 9}:
        change, attr = {"duration": 9, "provider": "pika", "enable_fallback": False}, "duration"
    response = caller.post("ai-video/batch-generate", {**SEED_BATCH, **change})
    assert only_error(response)[:3] == (400, code, attr)


def test_a_directive_in_live_mode(live_caller, settings):
    settings.PROVIDER_KEYS = {**settings.PROVIDER_KEYS, "runway": {"key": "key_x"}}
    response = live_caller.post(GENERATE, {"prompt": "A lake [[sandbox: stall]]"})
    assert only_error(response)[:3] == (400, "directive_in_live_mode", "prompt")


def test_live_mode_without_any_key(live_caller):
    status, code, _, detail = only_error(live_caller.post(GENERATE, {"prompt": "A lake"}))
    assert (status, code) == (400, "no_offer")
    assert "no key is set" in detail


def test_a_budget_that_has_too_little_left(caller, workspace):
    budget = Budget.objects.create(
        workspace=workspace,
        mode="test",
        name="November",
        kind=BudgetKind.WORKSPACE,
        starts_on="2020-01-01",
        limit_micros=400_000,
    )
    BudgetPeriod.objects.create(
        workspace=workspace,
        mode="test",
        budget=budget,
        starts_on="2020-01-01",
        limit_micros=400_000,
        spent_micros=250_000,
    )
    response = caller.post(GENERATE, SEED_GENERATE, key="k1")
    assert only_error(response) == (
        402,
        "budget_exceeded",
        None,
        "The budget “November” has $0.15 of $0.40 left, and this needs $0.25. Choose a cheaper"
        " tier, or ask an owner to raise the budget.",
    )
    assert BudgetPeriod.objects.get().held_micros == 0


def test_a_batch_is_held_as_a_whole(caller, workspace):
    Budget.objects.create(
        workspace=workspace,
        mode="test",
        name="November",
        kind=BudgetKind.WORKSPACE,
        starts_on="2020-01-01",
        limit_micros=290_000,
    )
    response = caller.post("ai-video/batch-generate", SEED_BATCH)
    assert only_error(response)[:2] == (402, "budget_exceeded")
    assert "this needs $0.30" in response.json()["errors"][0]["detail"]


@pytest.mark.parametrize("key", ["k" * 256, "a\x00b"])
def test_a_key_that_cannot_be_kept(caller, key):
    response = caller.post(GENERATE, SEED_GENERATE, key=key)
    assert only_error(response)[:3] == (400, "invalid", "Idempotency-Key")
