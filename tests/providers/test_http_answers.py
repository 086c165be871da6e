"""What every vendor's answers have in common."""

import base64
import hashlib
import hmac
import json
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from providers.answers import refusal, retry_after, safe_reason
from providers.errors import (
    AuthRefused,
    CallbackRefused,
    Invalid,
    OutcomeUnknown,
    OutOfCredits,
    RateLimited,
    Unavailable,
)
from providers.signatures import verify_standard_webhook
from providers.types import Reply


def reply(status, body=b"{}", **headers):
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status=status, headers=names, body=body)


@pytest.mark.parametrize(
    ("status", "body", "created", "asked"),
    [
        (400, b"{}", Invalid, Invalid),
        (400, b"<html>", OutcomeUnknown, Unavailable),
        (401, b"", AuthRefused, AuthRefused),
        (402, b"{}", OutOfCredits, OutOfCredits),
        (403, b"", AuthRefused, AuthRefused),
        (404, b"{}", Invalid, Invalid),
        (408, b"{}", OutcomeUnknown, Unavailable),
        (409, b"{}", OutcomeUnknown, Unavailable),
        (413, b"{}", Invalid, Invalid),
        (422, b"{}", Invalid, Invalid),
        (429, b"", RateLimited, RateLimited),
        (302, b"", OutcomeUnknown, Unavailable),
        (500, b"{}", OutcomeUnknown, Unavailable),
        (502, b"", OutcomeUnknown, Unavailable),
        (503, b"", OutcomeUnknown, Unavailable),
        (504, b"", OutcomeUnknown, Unavailable),
        (599, b"", OutcomeUnknown, Unavailable),
    ],
)
def test_class_by_status(status, body, created, asked):
    assert type(refusal(reply(status, body), provider="x", creates=True)) is created
    assert type(refusal(reply(status, body), provider="x", creates=False)) is asked


def test_pause_is_the_vendors_or_ours():
    asked = refusal(reply(429, retry_after="7"), provider="x", creates=True, pause=60)
    silent = refusal(reply(429), provider="x", creates=True, pause=60)
    assert (asked.retry_after, silent.retry_after) == (7.0, 60)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry_after_ms": "250", "retry_after": "9"}, 0.25),
        ({"retry_after": "2"}, 2.0),
        ({"retry_after": "-1"}, None),
        ({"retry_after": "soon"}, None),
        ({}, None),
    ],
)
def test_retry_after(headers, seconds):
    assert retry_after(reply(429, **headers)) == seconds


def test_retry_after_as_a_date():
    when = datetime.now(UTC) + timedelta(seconds=90)
    assert 85 < retry_after(reply(429, retry_after=format_datetime(when))) < 91
    assert retry_after(reply(429, retry_after="Wed, 21 Oct 2015 07:28:00 GMT")) == 0.0


def test_reason_is_short_and_free_of_keys():
    assert safe_reason("Incorrect key: sk-abc_123*x\nBearer aa.b", fallback="") == (
        "Incorrect key: [key] [key]"
    )
    assert safe_reason("\x00 \n", fallback="nothing said") == "nothing said"
    assert len(safe_reason("a" * 999, fallback="")) == 200


SECRET = "whsec_" + base64.b64encode(b"a secret of thirty-two bytes ok!").decode()
BODY = b'{"id":"xyz"}'


def signed(*, at=None, secret=SECRET, body=BODY):
    stamp = str(int(time.time()) if at is None else at)
    key = base64.b64decode(secret.removeprefix("whsec_"))
    mac = hmac.new(key, f"msg_1.{stamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": stamp,
        "webhook-signature": "v1," + base64.b64encode(mac).decode(),
    }


def test_good_signature_gives_the_message_id():
    assert verify_standard_webhook(signed(), BODY, secret=SECRET) == "msg_1"


def test_published_check_value(monkeypatch):
    monkeypatch.setattr(time, "time", lambda: 1790000000.0)
    body = json.dumps(
        {"id": "xyz", "status": "succeeded", "output": "https://replicate.delivery/x/out.mp4"},
        separators=(",", ":"),
    ).encode()
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": "1790000000",
        "webhook-signature": "v1,JWjs71Ic5pNohPRR74vQ/dSJtl3ElZvof/ohcDxRr6E=",
    }
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    assert verify_standard_webhook(headers, body, secret=secret) == "msg_1"


def test_one_of_several_signatures_is_enough():
    headers = signed()
    headers["webhook-signature"] = "v1a,zz v1,???? v1,AAAA " + headers["webhook-signature"]
    assert verify_standard_webhook(headers, BODY, secret=SECRET) == "msg_1"


# Functions, because a signature ages: made when the tests are collected, one of the future would
# have become one of the present by the time its turn comes.
@pytest.mark.parametrize(
    "forge",
    [
        dict,
        lambda: signed(at=int(time.time()) - 400),
        lambda: signed(at=int(time.time()) + 400),
        lambda: signed(body=b"other"),
        lambda: signed() | {"webhook-id": "msg_2"},
        lambda: signed() | {"webhook-signature": "garbage"},
        lambda: signed() | {"webhook-signature": "v1," + "ü" * 44},
        lambda: signed() | {"webhook-signature": "v1,"},
        lambda: signed() | {"webhook-signature": ""},
        lambda: signed() | {"webhook-timestamp": "yesterday"},
        lambda: signed() | {"webhook-timestamp": "٣"},
        lambda: signed() | {"webhook-id": "\udc80"},
    ],
)
def test_everything_else_is_refused(forge):
    with pytest.raises(CallbackRefused):
        verify_standard_webhook(forge(), BODY, secret=SECRET)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_not base64", "whsec_é"])
def test_without_a_secret_nothing_is_believed(secret):
    with pytest.raises(CallbackRefused):
        verify_standard_webhook(signed(), BODY, secret=secret)
