"""Who may call: an API key on every path, a short-lived token on the legacy ones."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass

from sandbox.keys import KLING_ACCESS_KEY, KLING_API_KEY, KLING_SECRET_KEY
from sandbox.kling.refusals import KlingRefusal


@dataclass(frozen=True)
class _Token:
    issuer: str
    not_before: int
    expires: int
    signed_part: bytes
    signature: bytes


def check_credentials(header: str | None, *, legacy: bool, now: float) -> None:
    """Pass an `Authorization` header or raise KlingRefusal 1000 to 1004.

    `now` is Unix seconds. Signed tokens exist in the legacy standard only; on the new paths they
    are an unknown key.
    """
    if not header:
        raise KlingRefusal(1001)
    scheme, _, credential = header.partition(" ")
    if scheme != "Bearer" or not credential:
        raise KlingRefusal(1000)
    if hmac.compare_digest(credential.encode(), KLING_API_KEY.encode()):
        return
    token = _read_token(credential) if legacy else None
    if token is None:
        raise KlingRefusal(1002)
    _check_token(token, now=now)


def _check_token(token: _Token, *, now: float) -> None:
    if token.issuer != KLING_ACCESS_KEY:
        raise KlingRefusal(1002, "access key not found")
    expected = hmac.new(KLING_SECRET_KEY.encode(), token.signed_part, hashlib.sha256).digest()
    if not hmac.compare_digest(expected, token.signature):
        raise KlingRefusal(1000, "signature is invalid")
    if token.not_before > now:
        raise KlingRefusal(1003)
    if token.expires <= now:
        raise KlingRefusal(1004)


def _read_token(credential: str) -> _Token | None:
    """Split an HS256 token into its claims, or None when it is no such token at all."""
    parts = credential.split(".")
    if len(parts) != 3:
        return None
    try:
        head = json.loads(_unpad(parts[0]))
        claims = json.loads(_unpad(parts[1]))
        if head.get("alg") != "HS256":
            return None
        return _Token(
            issuer=str(claims["iss"]),
            not_before=int(claims.get("nbf", 0)),
            expires=int(claims["exp"]),
            signed_part=f"{parts[0]}.{parts[1]}".encode(),
            signature=_unpad(parts[2]),
        )
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
        return None


def _unpad(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
