"""Kling's callbacks: signed when a secret exists, else only a hint."""

import hashlib
import json

import pytest

from providers.adapters.kling import Kling
from providers.errors import CallbackRefused
from providers.types import CallbackNews
from tests.providers.conversation import fixture

VECTOR = fixture("kling", "webhook_vector")
BODY = VECTOR["body"].encode()
NEWS = CallbackNews(task_id="1234567890", event_id="9876543210")


@pytest.fixture(autouse=True)
def vector_time(monkeypatch):
    monkeypatch.setattr("providers.signatures.time.time", lambda: 1781080794.0)


def kling(secret: str = VECTOR["secret"]) -> Kling:
    return Kling(base_url="https://kling.example", key="k", callback_secret=secret)


def test_the_published_vector_holds():
    assert kling().read_callback(VECTOR["headers"], BODY) == NEWS


def test_one_match_among_several_is_enough():
    listed = f"v1,AAAA v1a,zzzz {VECTOR['headers']['webhook-signature']}"
    headers = VECTOR["headers"] | {"webhook-signature": listed}
    assert kling().read_callback(headers, BODY) == NEWS


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook-signature": ""},
        {"webhook-signature": "garbage"},
        {"webhook-signature": "v1,not base64"},
        {"webhook-signature": "v2,UsKlJP00XoQyOn410NM9xv34sP+Gl0jnOO9Lcpr7NJ4="},
        {"webhook-id": "other"},
        {"webhook-timestamp": "1781080493"},
        {"webhook-timestamp": "1781081095"},
        {"webhook-timestamp": "soon"},
        {"webhook-timestamp": ""},
    ],
)
def test_anything_else_is_refused(changed):
    with pytest.raises(CallbackRefused):
        kling().read_callback(VECTOR["headers"] | changed, BODY)


def test_another_body_or_no_signature_is_refused():
    with pytest.raises(CallbackRefused):
        kling().read_callback(VECTOR["headers"], BODY + b" ")
    with pytest.raises(CallbackRefused):
        kling().read_callback({}, BODY)


def test_without_a_secret_both_bodies_are_hints():
    body = json.dumps({"id": "7", "status": "processing", "external_id": "ref"}).encode()
    assert kling("").read_callback({}, body) == CallbackNews(
        task_id="7",
        event_id=hashlib.sha256(body).hexdigest(),
        client_ref="ref",
        says_ended=False,
    )
    task = fixture("kling", "legacy_done")["data"]
    body = json.dumps(task).encode()
    assert kling("").read_callback({}, body) == CallbackNews(
        task_id="893605946402811985",
        event_id=hashlib.sha256(body).hexdigest(),
        client_ref="job-42",
    )


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"\xff\xfe", b'{"id": null}', b"{"])
def test_a_body_without_a_task_is_refused(body):
    with pytest.raises(CallbackRefused):
        kling("").read_callback({}, body)
