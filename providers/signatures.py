"""The Standard Webhooks signature, which several vendors put on their callbacks."""

import base64
import binascii
import hashlib
import hmac
import re
import time
from collections.abc import Mapping

from providers.errors import CallbackRefused

TOLERANCE_SECONDS = 300


def verify_standard_webhook(headers: Mapping[str, str], body: bytes, *, secret: str) -> str:
    """Check a callback and return its message id. Header names are in lower case.

    The signature is HMAC-SHA256 over `id.timestamp.body`; several may be listed, one must
    hold. Raises CallbackRefused for everything else, malformed headers included.
    """
    message_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    listed = headers.get("webhook-signature", "")
    if not message_id or not listed or not re.fullmatch(r"[0-9]{1,12}", timestamp, re.ASCII):
        raise CallbackRefused("The callback's signature headers are missing or malformed.")
    if abs(time.time() - int(timestamp)) > TOLERANCE_SECONDS:
        raise CallbackRefused("The callback's time is too far from ours.")
    signed = f"{message_id}.{timestamp}.".encode("utf-8", "surrogateescape") + body
    expected = hmac.new(_key(secret), signed, hashlib.sha256).digest()
    if not any(hmac.compare_digest(expected, given) for given in _signatures(listed)):
        raise CallbackRefused("The callback's signature does not hold.")
    return message_id


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not key:
        raise CallbackRefused("No callback secret is set up for this account.")
    return key


def _signatures(listed: str) -> list[bytes]:
    found = []
    for entry in listed.split(" "):
        version, _, encoded = entry.partition(",")
        if version != "v1":
            continue
        try:
            found.append(base64.b64decode(encoded, validate=True))
        except (binascii.Error, ValueError):
            continue
    return found
