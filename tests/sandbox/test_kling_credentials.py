"""Kling's two ways to prove who calls, and its callback signature."""

import base64
import hashlib
import hmac
import json

import pytest

from sandbox import keys
from sandbox.kling.credentials import check_credentials
from sandbox.kling.refusals import KlingRefusal
from sandbox.kling.signing import signed_headers

NOW = 1790000000


def token(
    *, issuer=keys.KLING_ACCESS_KEY, secret=keys.KLING_SECRET_KEY, nbf=NOW - 5, exp=NOW + 1800
):
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")

    signed = (
        part({"alg": "HS256", "typ": "JWT"}) + b"." + part({"iss": issuer, "exp": exp, "nbf": nbf})
    )
    mac = hmac.new(secret.encode(), signed, hashlib.sha256).digest()
    return (signed + b"." + base64.urlsafe_b64encode(mac).rstrip(b"=")).decode()


def refusal(header, *, legacy=True):
    with pytest.raises(KlingRefusal) as refused:
        check_credentials(header, legacy=legacy, now=NOW)
    return refused.value.status, refused.value.code, refused.value.message


@pytest.mark.parametrize("legacy", [True, False])
def test_api_key_opens_both_standards(legacy):
    check_credentials(f"Bearer {keys.KLING_API_KEY}", legacy=legacy, now=NOW)


def test_token_opens_the_legacy_paths_only():
    check_credentials(f"Bearer {token()}", legacy=True, now=NOW)
    assert refusal(f"Bearer {token()}", legacy=False) == (401, 1002, "api key not found")


def test_missing_header():
    assert refusal(None) == (401, 1001, "Authorization is empty")


def test_unknown_key():
    assert refusal("Bearer api-key-kling-other") == (401, 1002, "api key not found")


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("Basic abc", 1000),
        ("Bearer ", 1000),
        (f"Bearer {token(secret='other')}", 1000),
        (f"Bearer {token(issuer='other')}", 1002),
        (f"Bearer {token(nbf=NOW + 60)}", 1003),
        (f"Bearer {token(exp=NOW - 1)}", 1004),
        ("Bearer a.b.c", 1002),
    ],
)
def test_each_refusal_has_its_code(header, code):
    assert refusal(header)[:2] == (401, code)


def test_official_signature_vector():
    body = (
        b'{"id":"1234567890","status":"succeeded","message":"",'
        b'"create_time":1781080778802,"update_time":1781080794151}'
    )
    headers = signed_headers(
        body,
        message_id="9876543210",
        timestamp=1781080794,
        secret="whsec_dGVzdHNlY3JldHRlc3RzZWNyZXR0ZXN0c2VjcmV0MTI=",
    )
    assert headers == {
        "webhook-id": "9876543210",
        "webhook-timestamp": "1781080794",
        "webhook-signature": "v1,UsKlJP00XoQyOn410NM9xv34sP+Gl0jnOO9Lcpr7NJ4=",
    }
