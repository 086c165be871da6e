"""Callback signatures by the Standard Webhooks scheme."""

from __future__ import annotations

import base64
import hashlib
import hmac


def signed_headers(body: bytes, *, message_id: str, timestamp: int, secret: str) -> dict[str, str]:
    """The three headers that sign `body`; `timestamp` is Unix seconds."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{timestamp}.".encode() + body
    digest = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{digest}",
    }
