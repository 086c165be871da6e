"""Rehearsed failures as a user sees them: what is tried next, what it says, what it costs."""

import pytest

pytestmark = pytest.mark.e2e


def tries(job: dict) -> list[tuple[str, str, float | None]]:
    return [(one["provider"], one["state"], one["cost"]) for one in job["attempts"]]


def charged(desk, words: str) -> dict[str, float]:
    """Dollars by provider for the tasks whose prompt has these words."""
    tasks = {task["task_id"]: task["provider"] for task in desk.tasks(words)}
    found: dict[str, float] = {}
    for task_id, amount in desk.invoice().items():
        if task_id in tasks:
            found[tasks[task_id]] = found.get(tasks[task_id], 0) + amount
    return found


def test_a_server_failure_falls_back_and_only_the_second_is_charged(desk):
    job = desk.create("Failure one [[sandbox: only=pika fail=server]]", quality="draft")
    assert (job["status"], job["provider"], job["cost"]) == ("completed", "kling", 0.15)
    assert tries(job) == [("pika", "failed", 0.0), ("kling", "succeeded", 0.15)]
    assert job["attempts"][0]["reason"]
    assert charged(desk, "Failure one") == {"kling": 0.15}


def test_moderation_ends_the_job_and_asks_nobody_else(desk):
    job = desk.create("Failure two [[sandbox: fail=moderation]]", quality="draft")
    assert (job["status"], job["cost"], job["video_url"]) == ("failed", 0, None)
    assert job["error"].startswith("Pika refused this prompt.")
    assert tries(job) == [("pika", "failed", 0.0)]
    assert {task["provider"] for task in desk.tasks("Failure two")} == {"pika"}


@pytest.mark.parametrize(
    ("provider", "quality"),
    [("pika", "draft"), ("kling", "draft"), ("runway", "standard"), ("sora", "high")],
)
def test_a_lost_answer_never_makes_a_second_clip(desk, provider, quality):
    words = f"Lost at {provider}"
    job = desk.create(
        f"{words} [[sandbox: only={provider} lost-response]]",
        quality=quality,
        provider=provider,
        duration=3,
    )
    assert (job["status"], job["provider"]) == ("completed", provider)
    assert [task["provider"] for task in desk.tasks(words)] == [provider]
    assert charged(desk, words) == {provider: pytest.approx(job["cost"])}


def test_no_credits_goes_on_to_the_next(desk):
    job = desk.create("Failure three [[sandbox: only=kling fail=credits]]", provider="kling")
    assert (job["status"], job["cost"]) == ("completed", 0.25)
    assert tries(job) == [("kling", "rejected", 0.0), ("runway", "succeeded", 0.25)]


def test_without_fallback_it_fails_and_says_why(desk):
    job = desk.create(
        "Failure four [[sandbox: fail=invalid]]", provider="runway", enable_fallback=False
    )
    assert (job["status"], job["cost"]) == ("failed", 0)
    assert tries(job) == [("runway", "rejected", 0.0)]
    assert "Runway" in job["error"]


@pytest.mark.parametrize("directive", ["expired-url", "rate-limit=2"])
def test_other_mishaps_are_overcome(desk, directive):
    job = desk.create(f"Mishap [[sandbox: only=pika {directive}]]", quality="draft", duration=3)
    assert job["status"] == "completed", job


def test_the_books_agree_after_all_of_it(desk):
    desk.assert_at_rest()
