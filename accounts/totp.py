"""Codes that an app shows for thirty seconds each (RFC 6238 with SHA-1, six digits)."""

import base64
import hmac
import secrets
import struct
from urllib.parse import quote, urlencode

PERIOD = 30
DIGITS = 6
# Clocks of telephones are a little off: the codes just before and just after count too.
DRIFT = 1
ISSUER = "Dailies"


def new_secret() -> str:
    """160 random bits in base32, as apps take them by hand."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def code_at(secret: str, *, counter: int) -> str:
    """The code of one time step."""
    key = base64.b32decode(secret)
    digest = hmac.new(key, struct.pack(">Q", counter), "sha1").digest()
    offset = digest[-1] & 15
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def counter_of(secret: str, *, code: str, at: float) -> int | None:
    """The time step that `code` belongs to, near `at` (seconds since 1970), else None."""
    now = int(at) // PERIOD
    found = None
    for counter in range(now - DRIFT, now + DRIFT + 1):
        if hmac.compare_digest(code_at(secret, counter=counter).encode(), code.encode()):
            found = counter
    return found


def address(secret: str, *, name: str) -> str:
    """What the picture for the app says."""
    label = quote(f"{ISSUER}:{name}")
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': ISSUER})}"
