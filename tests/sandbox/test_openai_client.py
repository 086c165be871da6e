"""The official client, unchanged but for its base address."""

import io
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import openai
import pytest
from openai import OpenAI
from PIL import Image

from footage.probe import probe
from sandbox.keys import OPENAI_KEY


@pytest.fixture
def client(sandbox):
    with OpenAI(api_key=OPENAI_KEY, base_url=sandbox.url("/openai/v1"), max_retries=0) as client:
        yield client


def made(client, *, prompt="A red kite", seconds="4", size="1280x720", **more):
    return client.videos.create_and_poll(
        prompt=prompt,
        model="sora-2",
        seconds=seconds,
        size=size,
        poll_interval_ms=100,
        **more,
    )


def test_create_poll_and_download(client, sandbox, tmp_path):
    video = made(client)
    assert (video.status, video.progress, video.seconds) == ("completed", 100, "4")
    assert video.expires_at == video.completed_at + 3600
    path = tmp_path / "clip.mp4"
    client.videos.download_content(video.id).write_to_file(path)
    clip = probe(path)
    assert (clip.width, clip.height, clip.frames) == (1280, 720, 96)
    (line,) = sandbox.invoice()
    assert (line["provider"], line["task_id"], line["amount"]) == ("sora", video.id, "1.00")


def test_still_variants(client):
    video = made(client, seconds="3", size="720x1280")
    for variant, kind, size in (("thumbnail", "WEBP", (640, 1138)), ("spritesheet", "JPEG", None)):
        content = client.videos.download_content(video.id, variant=variant).read()
        with Image.open(io.BytesIO(content)) as still:
            assert still.format == kind
            assert size in (None, still.size)


def test_reference_picture_as_a_file(client, sandbox):
    file = io.BytesIO()
    Image.effect_noise((720, 1280), 60).convert("RGB").save(file, "PNG")
    video = made(
        client,
        seconds="3",
        size="720x1280",
        input_reference=("first.png", file.getvalue(), "image/png"),
    )
    assert video.status == "completed"
    assert [task["kind"] for task in sandbox.tasks()] == ["image"]


def test_moderation_fails_the_job_and_costs_nothing(client, sandbox):
    video = made(client, prompt="[[sandbox: fail=moderation]]")
    assert (video.status, video.error.code) == ("failed", "moderation_blocked")
    assert sandbox.invoice() == []


def test_list_pages_and_delete(client, sandbox):
    ids = [made(client, prompt=f"Kite {n}", seconds="3").id for n in range(3)]
    first = client.videos.list(limit=2)
    assert ([video.id for video in first.data], first.has_more) == ([ids[2], ids[1]], True)
    assert [video.id for video in first.get_next_page().data] == [ids[0]]
    assert [video.prompt for video in client.videos.list(order="asc")] == [
        "Kite 0",
        "Kite 1",
        "Kite 2",
    ]
    assert client.videos.delete(ids[0]).deleted is True
    with pytest.raises(openai.NotFoundError):
        client.videos.retrieve(ids[0])


@pytest.mark.parametrize(
    ("directive", "error", "code"),
    [
        ("fail=credits", openai.RateLimitError, "insufficient_quota"),
        ("rate-limit=1", openai.RateLimitError, "rate_limit_exceeded"),
        ("fail=invalid", openai.BadRequestError, "invalid_value"),
        ("lost-response only=openai", openai.APIConnectionError, None),
    ],
)
def test_refused_creates(client, sandbox, directive, error, code):
    with pytest.raises(error) as refused:
        client.videos.create(prompt=f"[[sandbox: {directive}]]", seconds="4")
    assert getattr(refused.value, "code", None) == code
    accepted = 1 if directive.startswith("lost") else 0
    assert len(sandbox.tasks()) == accepted


def test_end_of_the_api(client, sandbox):
    sandbox.control("clock", {"api_date": "2026-09-25"})
    with pytest.raises(openai.NotFoundError) as gone:
        client.videos.create(prompt="A kite")
    assert gone.value.code == "model_not_found"
    assert gone.value.request_id.startswith("req_")
    assert sandbox.tasks() == []


class Inbox(HTTPServer):
    """Keeps what was posted; refuses the first delivery to see it repeated."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), InboxHandler)
        self.received = []
        self.complete = threading.Event()


class InboxHandler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append((dict(self.headers), body))
        self.send_response(500 if len(self.server.received) == 1 else 200)
        self.end_headers()
        if len(self.server.received) == 2:
            self.server.complete.set()

    def log_message(self, *_):
        pass


def test_signed_webhook_is_repeated_until_taken(client):
    inbox = Inbox()
    threading.Thread(target=inbox.serve_forever, daemon=True).start()
    endpoint = client.webhooks.create(
        name="tests",
        url=f"http://127.0.0.1:{inbox.server_port}/hook",
        event_types=["video.completed"],
    )
    video = made(client, seconds="3")
    assert inbox.complete.wait(10)
    inbox.shutdown()
    inbox.server_close()
    headers, body = inbox.received[1]
    assert body == inbox.received[0][1]
    client.webhooks.verify_signature(body, headers, secret=endpoint.signing_secret)
    event = json.loads(body)
    assert (event["type"], event["data"]) == ("video.completed", {"id": video.id})
