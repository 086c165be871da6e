"""The Ed25519 signature that fal puts on its callbacks, and the keys to check it with."""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from providers.adapters.verdicts import objects_in, text_of
from providers.errors import CallbackRefused

TOLERANCE_SECONDS = 300
KEY_BYTES = 32


def verify_fal_webhook(
    headers: Mapping[str, str], body: bytes, *, keys: tuple[bytes, ...], now: float
) -> str:
    """Check a callback and return its request id. Header names are in lower case.

    What is signed is request id, user id, time and the body's SHA-256, line by line. `keys`
    are raw public keys, one must hold; `now` is in Unix seconds. Raises CallbackRefused for
    everything else, malformed headers included.
    """
    if not keys:
        raise CallbackRefused("No key of the sender is known yet.")
    names = ("request-id", "user-id", "timestamp")
    parts = [headers.get(f"x-fal-webhook-{name}", "") for name in names]
    if not all(parts) or not re.fullmatch(r"[0-9]{1,12}", parts[2]):
        raise CallbackRefused("The callback's signature headers are missing or malformed.")
    if abs(now - int(parts[2])) > TOLERANCE_SECONDS:
        raise CallbackRefused("The callback's time is too far from ours.")
    parts.append(hashlib.sha256(body).hexdigest())
    message = "\n".join(parts).encode("utf-8", "surrogateescape")
    signature = _unhexed(headers.get("x-fal-webhook-signature", ""))
    if not any(_signed_by(key, signature=signature, message=message) for key in keys):
        raise CallbackRefused("The callback's signature does not hold.")
    return parts[0]


def keys_in(jwks: Mapping[str, object]) -> tuple[bytes, ...]:
    """The raw Ed25519 keys of a JWKS; entries that are anything else are left out."""
    found = [_key(text_of(entry.get("x"))) for entry in _ed25519(jwks)]
    return tuple(key for key in found if len(key) == KEY_BYTES)


def _ed25519(jwks: Mapping[str, object]) -> list[dict[str, object]]:
    return [entry for entry in objects_in(jwks.get("keys")) if entry.get("crv") == "Ed25519"]


def _key(encoded: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
    except (binascii.Error, ValueError):
        return b""


def _unhexed(signature: str) -> bytes:
    try:
        return bytes.fromhex(signature)
    except ValueError:
        return b""


def _signed_by(key: bytes, *, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
