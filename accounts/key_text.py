"""The printed form of an API key: `aiv_<mode>_<key id 10><…>`, with a checksum.

    aiv_test_<key_id, 10 base62>_<secret, 43 base62><crc32, 6 base62>

The checksum lets a log filter or a secret scanner, and our own door, tell a key from a look-alike
without asking the database.
"""

import re
import secrets
import string
import zlib
from dataclasses import dataclass, field

from accounts.models import Mode

ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
KEY_ID_LENGTH = 10
SECRET_LENGTH = 43
CHECKSUM_LENGTH = 6
KEY_PATTERN = re.compile(
    rf"aiv_(?P<mode>test|live)_(?P<key_id>[0-9A-Za-z]{{{KEY_ID_LENGTH}}})"
    rf"_(?P<secret>[0-9A-Za-z]{{{SECRET_LENGTH}}})(?P<checksum>[0-9A-Za-z]{{{CHECKSUM_LENGTH}}})"
)


@dataclass(frozen=True, kw_only=True)
class KeyText:
    mode: Mode
    key_id: str
    secret: str = field(repr=False)

    @property
    def prefix(self) -> str:
        return f"aiv_{self.mode.value}_{self.key_id}"

    @property
    def body(self) -> str:
        """What is signed and summed: it binds the mode and the id to the secret."""
        return f"{self.prefix}_{self.secret}"

    @property
    def plaintext(self) -> str:
        return self.body + checksum(self.body)


def new_key_text(mode: Mode) -> KeyText:
    return KeyText(mode=mode, key_id=_random(KEY_ID_LENGTH), secret=_random(SECRET_LENGTH))


def read_key_text(text: str) -> KeyText | None:
    """The parts of a whole key with a right checksum, else None."""
    match = KEY_PATTERN.fullmatch(text)
    if match is None:
        return None
    key = KeyText(mode=Mode(match["mode"]), key_id=match["key_id"], secret=match["secret"])
    return key if checksum(key.body) == match["checksum"] else None


def checksum(body: str) -> str:
    """CRC-32 of the text before it, as six base62 digits."""
    number = zlib.crc32(body.encode("ascii"))
    digits = ""
    for _ in range(CHECKSUM_LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    return digits


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))
