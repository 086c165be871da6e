"""OpenAI's callbacks: signed, recent, and about a video, or refused."""

import base64
import hashlib
import hmac
import json
import time

import pytest

from providers.adapters.sora import Sora
from providers.errors import AuthRefused, CallbackRefused, Unavailable
from providers.types import CallbackNews
from tests.providers.scripted import drive, headers_of, path_of, reply
from tests.providers.test_sora import ANSWERS, BASE

SECRET = "whsec_" + base64.b64encode(b"callback secret").decode()
SORA = Sora(base_url=BASE, key="sk-test", callback_secret=SECRET)


def callback(body, *, at=None):
    stamp = str(int(time.time() if at is None else at))
    mac = hmac.new(b"callback secret", f"evt_1.{stamp}.".encode() + body, hashlib.sha256)
    return {
        "webhook-id": "evt_1",
        "webhook-timestamp": stamp,
        "webhook-signature": "v1,AAAA v1," + base64.b64encode(mac.digest()).decode(),
    }


def test_callback():
    body = json.dumps(ANSWERS["event"]).encode()
    news = SORA.read_callback(callback(body), body)
    assert news == CallbackNews(task_id="video_abc123", event_id="evt_1")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"not json",
        b'"\xff"',
        b'{"type":"video.completed"}',
        b'{"type":"batch.completed","data":{"id":"batch_1"}}',
        b'{"type":"video.completed","data":{"id":"../x"}}',
    ],
)
def test_signed_nonsense_is_refused(body):
    with pytest.raises(CallbackRefused):
        SORA.read_callback(callback(body), body)


def test_forged_or_stale_callback_is_refused():
    body = json.dumps(ANSWERS["event"]).encode()
    for headers in ({}, callback(b"other"), callback(body, at=time.time() - 301)):
        with pytest.raises(CallbackRefused):
            SORA.read_callback(headers, body)
    with pytest.raises(CallbackRefused):
        Sora(base_url=BASE, key="k").read_callback(callback(body), body)


DOOR = "https://desk.example/hooks/sora/live"


def test_an_address_is_registered_as_the_official_client_does():
    listed = reply({"object": "list", "data": [{"id": "we_1", "url": f"{DOOR}/x"}]})
    fresh, (first, second) = drive(SORA.call_back_at(DOOR), listed, reply({"id": "we_2"}))
    assert fresh is True
    assert (first.method, path_of(first)) == ("GET", "/v1/webhook_endpoints")
    assert (second.method, path_of(second)) == ("POST", "/v1/webhook_endpoints")
    assert second.json == {
        "event_types": ["video.completed", "video.failed"],
        "name": "dailies",
        "url": DOOR,
    }
    assert headers_of(second)["authorization"] == "Bearer sk-test"
    assert not second.creates


def test_an_address_is_registered_once():
    listed = reply({"object": "list", "data": [{"id": "we_1", "url": DOOR}]})
    fresh, calls = drive(SORA.call_back_at(DOOR), listed)
    assert (fresh, len(calls)) == (False, 1)


@pytest.mark.parametrize(
    ("answers", "failure"),
    [([reply({}, status=401)], AuthRefused), ([reply({"data": None})], Unavailable)],
)
def test_what_is_not_listed_is_not_registered(answers, failure):
    with pytest.raises(failure):
        drive(SORA.call_back_at(DOOR), *answers)
