"""The little receiver: it says what came, and refuses what is not signed."""

import io
import threading

import pytest
import requests
from django.core.management import CommandError, call_command

from generation import clock
from generation.models import Notice
from generation.notices.listening import server
from generation.notices.outbox import body_of
from generation.notices.signing import headers_of, secret_for


@pytest.fixture
def heard():
    """A running receiver: its address, and the lines that it says."""
    lines: list[str] = []
    listening = server(port=0, secret=secret_for(1), say=lines.append)
    threading.Thread(target=listening.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{listening.server_port}/", lines
    listening.shutdown()
    listening.server_close()


def post(url: str, body: bytes, headers: dict[str, str]) -> int:
    return requests.post(url, data=body, headers=headers, timeout=5).status_code


def test_what_is_ours_is_said_in_plain_words(heard):
    url, lines = heard
    data = {"job_id": "job_1", "status": "completed", "batch_id": None, "metadata": {"a": "b"}}
    body = body_of("job.completed", at=clock.now(), data=data).encode()
    notice = Notice(event_uid="evt_1", workspace_id=1)
    headers = headers_of(notice, body, at=clock.now())
    assert post(url, body, headers) == 204
    assert post(url, body + b" ", headers) == 400
    assert post(url, body, {}) == 400
    assert lines == [
        "job.completed evt_1: job id job_1, status completed",
        "Refused evt_1: No matching signature found.",
        "Refused without an id: it has no webhook-id, webhook-timestamp, webhook-signature.",
    ]


@pytest.mark.parametrize("secret", ["hush", "whsec_§"])
def test_a_secret_that_is_none_is_refused_before_anything_listens(secret):
    with pytest.raises(CommandError, match="it begins with whsec_"):
        call_command("webhook_listen", "--secret", secret, stdout=io.StringIO())


def test_a_port_that_is_taken_is_said(heard):
    port = heard[0].split(":")[2].rstrip("/")
    with pytest.raises(CommandError, match="in use"):
        call_command("webhook_listen", "--secret", secret_for(1), "--port", port)
