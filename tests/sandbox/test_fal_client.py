"""fal's official Python client against the sandbox, unmodified but for its base address."""

import io

import fal_client
import fal_client.client
import httpx
import pytest
from PIL import Image

from footage.probe import probe
from sandbox.keys import FAL_KEY

TEXT = "fal-ai/pika/v2.2/text-to-video"
IMAGE = "fal-ai/pika/v2.2/image-to-video"
ASKED = {"prompt": "a red kite over a beach", "aspect_ratio": "16:9", "duration": "5"}


@pytest.fixture
def client(sandbox, monkeypatch):
    base = sandbox.url("/pika")
    for name in ("QUEUE_URL_FORMAT", "RUN_URL_FORMAT"):
        monkeypatch.setattr(fal_client.client, name, f"{base}/")
    for name in ("REST_URL", "CDN_URL"):
        monkeypatch.setattr(fal_client.client, name, base)
    return fal_client.SyncClient(key=FAL_KEY)


def save(url, path):
    path.write_bytes(httpx.get(url).content)
    return path


def test_submit_status_result_and_file(client, tmp_path):
    handle = client.submit(TEXT, arguments=ASKED, webhook_url="http://127.0.0.1:9/none?job=42")
    seen = [type(event).__name__ for event in handle.iter_events(with_logs=True, interval=0.02)]
    assert seen[-1] == "Completed"
    assert set(seen) <= {"Queued", "InProgress", "Completed"}
    clip = save(handle.get()["video"]["url"], tmp_path / "clip.mp4")
    facts = probe(clip)
    assert (facts.width, facts.height, facts.seconds) == (1280, 720, 5.0)


def test_subscribe_gives_the_result(client):
    output = client.subscribe(TEXT, arguments=ASKED, client_timeout=90)
    assert output["video"]["content_type"] == "video/mp4"


def test_upload_by_token_and_image_to_video(client, sandbox):
    target = io.BytesIO()
    Image.new("RGB", (640, 400), "teal").save(target, "PNG")
    url = client.upload(target.getvalue(), "image/png", file_name="first.png")
    assert httpx.get(url).content == target.getvalue()
    output = client.subscribe(IMAGE, arguments={"prompt": "dives", "image_url": url})
    assert httpx.get(output["video"]["url"]).status_code == 200
    assert [line["amount"] for line in sandbox.invoice()] == ["0.10"]


def test_upload_falls_back_to_the_two_steps(client, sandbox, monkeypatch, capsys):
    monkeypatch.setattr(fal_client.client, "CDN_URL", sandbox.url("/nowhere"))
    url = client.upload(b"plain bytes", "image/png", file_name="first.png")
    assert httpx.get(url).content == b"plain bytes"


def test_cancel(client):
    handle = client.submit(TEXT, arguments={**ASKED, "prompt": "kite [[sandbox: slow=30]]"})
    handle.cancel()
    status = handle.status()
    assert isinstance(status, fal_client.Completed)
    assert status.error_type == "client_cancelled"


def test_model_error_reaches_the_caller(client, sandbox):
    asked = {**ASKED, "prompt": "kite [[sandbox: fail=moderation]]"}
    with pytest.raises(fal_client.FalClientHTTPError) as failed:
        client.subscribe(TEXT, arguments=asked)
    assert failed.value.response.status_code == 422
    assert sandbox.invoice() == []


def test_client_repeats_a_rate_limited_submit_by_itself(client, sandbox):
    asked = {**ASKED, "prompt": "kite [[sandbox: rate-limit=2]]"}
    client.submit(TEXT, arguments=asked)
    assert sandbox.creates()["pika"] == {"rate-limit": 2, "accepted": 1}
    assert len(sandbox.tasks()) == 1
