"""fal's webhook signature: ED25519 over the ids, the time and the body's hash."""

from __future__ import annotations

import base64
import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

USER_ID = "user_sandbox"
# The sandbox's key pair is fixed and public: it proves the scheme, not a sender.
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def signed_headers(
    body: bytes, *, request_id: str, timestamp: int, user_id: str = USER_ID
) -> dict[str, str]:
    """The four webhook headers for `body`; `timestamp` is Unix seconds."""
    lines = (request_id, user_id, str(timestamp), hashlib.sha256(body).hexdigest())
    return {
        "X-Fal-Webhook-Request-Id": request_id,
        "X-Fal-Webhook-User-Id": user_id,
        "X-Fal-Webhook-Timestamp": str(timestamp),
        "X-Fal-Webhook-Signature": KEY.sign("\n".join(lines).encode()).hex(),
    }


def jwks() -> dict[str, object]:
    """The public key set served at `/.well-known/jwks.json`."""
    raw = KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    x = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
    return {"keys": [{"kty": "OKP", "crv": "Ed25519", "x": x, "kid": "sandbox-1"}]}
