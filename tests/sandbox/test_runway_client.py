"""The official client, unchanged but for its base address."""

import base64
import io
import urllib.request
from datetime import UTC, datetime

import pytest
import runwayml
from PIL import Image
from runwayml import RunwayML

from footage.probe import probe
from sandbox.keys import RUNWAY_KEY


@pytest.fixture
def client(sandbox, monkeypatch):
    """The client's own sleep of 4.5 to 7.5 s between polls is cut to 0.2 s."""
    monkeypatch.setattr("runwayml.lib.polling.POLL_TIME", 0.2)
    monkeypatch.setattr("runwayml.lib.polling.POLL_JITTER", 0.0)
    with RunwayML(api_key=RUNWAY_KEY, base_url=sandbox.url("/runway"), max_retries=0) as client:
        yield client


def picture(*, width=640, height=640):
    file = io.BytesIO()
    Image.effect_noise((width, height), 60).convert("RGB").save(file, "PNG")
    return file.getvalue()


def fetch(url):
    with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310
        return answer.read()


def facts(content, tmp_path):
    path = tmp_path / "clip.mp4"
    path.write_bytes(content)
    return probe(path)


def test_text_to_video_from_create_to_file(client, sandbox, tmp_path):
    made = client.text_to_video.create(
        model="gen4.5", prompt_text="A red kite", ratio="1280:720", duration=5, seed=7
    )
    done = made.wait_for_task_output(timeout=90)
    assert done.status == "SUCCEEDED"
    assert done.cost.credits == 25
    clip = facts(fetch(done.output[0]), tmp_path)
    assert (clip.width, clip.height, clip.frames) == (1280, 720, 120)
    (line,) = sandbox.invoice()
    assert line["task_id"] == done.id
    assert (line["amount"], line["seconds"], line["status"]) == ("0.25", 5, "succeeded")
    assert line["creates"] == 1


def test_picture_by_data_uri_and_by_upload(client, sandbox, tmp_path):
    data = f"data:image/png;base64,{base64.b64encode(picture()).decode()}"
    uploaded = client.uploads.create_ephemeral(file=("first.png", picture()))
    for uri in (data, uploaded.uri):
        done = client.image_to_video.create(
            model="gen4_turbo", prompt_image=uri, ratio="832:1104", duration=3
        ).wait_for_task_output(timeout=90)
        clip = facts(fetch(done.output[0]), tmp_path)
        assert (clip.width, clip.height, clip.frames) == (832, 1104, 72)
        assert done.cost.credits == 15


def test_delete_of_a_running_task_is_charged_and_then_gone(client, sandbox):
    sandbox.control("clock", {"latency": {"runway": 400}})
    before = client.organization.retrieve().credit_balance
    made = client.text_to_video.create(
        model="gen4.5", prompt_text="[[sandbox: stall slow=0]]", ratio="1280:720", duration=4
    )
    while client.tasks.retrieve(made.id).status != "RUNNING":
        pass
    client.tasks.delete(made.id)
    with pytest.raises(runwayml.NotFoundError, match="Could not find Task"):
        client.tasks.retrieve(made.id)
    assert [line["amount"] for line in sandbox.invoice()] == ["0.20"]
    assert client.organization.retrieve().credit_balance == before - 20


def test_delete_of_a_waiting_task_is_free(client, sandbox):
    sandbox.control("clock", {"latency": {"runway": 4000}})
    made = client.text_to_video.create(
        model="gen4.5", prompt_text="A kite", ratio="1280:720", duration=4
    )
    assert client.tasks.retrieve(made.id).status == "PENDING"
    client.tasks.delete(made.id)
    assert sandbox.invoice() == []


def test_moderation_is_charged_and_a_technical_failure_is_not(client, sandbox):
    for word, code, credits in (
        ("moderation", "SAFETY.INPUT.TEXT", 15),
        ("server", "INTERNAL.BAD_OUTPUT.CODE01", 0),
    ):
        made = client.text_to_video.create(
            model="gen4.5",
            prompt_text=f"A kite [[sandbox: fail={word}]]",
            ratio="1280:720",
            duration=3,
        )
        with pytest.raises(runwayml.TaskFailedError):
            made.wait_for_task_output(timeout=90)
        failed = client.tasks.retrieve(made.id)
        assert (failed.failure_code, failed.cost.credits) == (code, credits)
    assert [(line["amount"], line["status"]) for line in sandbox.invoice()] == [("0.15", "failed")]


def test_router_create_route_and_log(client, sandbox):
    router = client.routers.create(
        slug="prod-gen45",
        settings={
            "optimize_for": "cost",
            "models": {"mode": "allowlist_only", "ids": ["gen4.5", "gen4_turbo"]},
            "fallback": {"on_capacity": False},
        },
    )
    made = client.generate.video.create(
        config_id="prod-gen45",
        input={
            "prompt_text": "A kite",
            "duration": 5,
            "aspect_ratio": "9:16",
            "resolution": "720p",
        },
    )
    assert made.routing.model == "gen4.5"
    assert made.routing.estimated_cost.credits == 25
    assert made.routing.resolved_input.ratio == "720:1280"
    for name in (router.id, "prod-gen45"):
        (entry,) = client.routers.list_requests(name, limit=50).data
        assert (entry.task_id, entry.status, entry.model) == (made.id, "routed", "gen4.5")
    assert made.wait_for_task_output(timeout=90).cost.credits == 25
    (line,) = sandbox.invoice()
    assert line["client_ref"] == "prod-gen45"


def test_usage_counts_the_day_and_model(client):
    made = client.text_to_video.create(
        model="gen4.5", prompt_text="A kite", ratio="1280:720", duration=3
    )
    made.wait_for_task_output(timeout=90)
    usage = client.organization.retrieve_usage(start_date=datetime.now(UTC).date())
    (day,) = usage.results
    assert [(used.model, used.amount) for used in day.used_credits] == [("gen4.5", 15)]


def test_refusals_of_the_client_make_no_task(client, sandbox):
    with pytest.raises(runwayml.BadRequestError) as credits:
        client.text_to_video.create(
            model="gen4.5",
            prompt_text="[[sandbox: fail=credits]]",
            ratio="1280:720",
            duration=5,
        )
    assert "enough credits" in credits.value.body["error"]
    with pytest.raises(runwayml.AuthenticationError):
        client.with_options(api_key="key_wrong").organization.retrieve()
    assert sandbox.tasks() == []
    assert sandbox.invoice() == []
