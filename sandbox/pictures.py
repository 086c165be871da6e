"""Pictures and files that customers hand in: data URIs, uploads, the sandbox's own addresses.

The sandbox never fetches anything from a network, so other addresses are refused.
"""

import base64
import binascii
import hashlib
import re
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sandbox.database import Database

DATA_URI = re.compile(r"data:([\w.+-]+/[\w.+-]+)?(?:;[\w=.-]+)*;base64,", re.IGNORECASE)
UPLOAD_PATH = re.compile(r"/uploads/([0-9a-f]{32})/")
MAGIC = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}


class PictureRefused(ValueError):
    """The picture cannot be taken; the message says why in plain words."""


@dataclass(frozen=True)
class Upload:
    """A file handed in ahead of a create. `content` is empty until the bytes arrived."""

    token: str
    provider: str
    filename: str
    media_type: str
    content: str
    created_at: float


class Pictures:
    """Keeps bytes by their hash, and the upload slots that lead to them."""

    def __init__(self, database: Database, *, folder: Path) -> None:
        self.database = database
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def keep(self, content: bytes) -> str:
        """Stores bytes and returns the reference that a Draft takes as its `picture`."""
        reference = hashlib.sha256(content).hexdigest()
        path = self.folder / reference
        if not path.exists():
            path.write_bytes(content)
        return reference

    def read(self, reference: str) -> bytes:
        return (self.folder / reference).read_bytes()

    def open_upload(self, provider: str, *, filename: str, media_type: str = "") -> str:
        """Makes an upload slot and returns its token (32 hex characters)."""
        token = secrets.token_hex(16)
        self.database.write(
            "INSERT INTO upload VALUES (?,?,?,?,?,?)",
            token,
            provider,
            filename,
            media_type,
            "",
            time.time(),
        )
        return token

    def fill_upload(self, token: str, *, content: bytes, media_type: str = "") -> bool:
        """Puts the bytes into a slot; False if there is no such slot."""
        query = "UPDATE upload SET content=?, media_type=coalesce(nullif(?,''),media_type)"
        changed = self.database.write(
            f"{query} WHERE token=?", self.keep(content), media_type, token
        )
        return changed == 1

    def upload(self, token: str) -> Upload | None:
        found = self.database.rows("SELECT * FROM upload WHERE token=?", token)
        return Upload(**dict(found[0])) if found else None

    def from_text(self, text: str) -> str:
        """A picture given as a data URI or as an address of an upload here, as a reference.

        Raises PictureRefused for everything else, also for bytes that are no JPEG, PNG or WebP.
        """
        return self.checked(self.keep(self._bytes_of(text)))

    def checked(self, reference: str) -> str:
        """The same reference, if its bytes are a picture. Raises PictureRefused."""
        if picture_type(self.read(reference)) is None:
            raise PictureRefused("The picture is not a JPEG, PNG or WebP file.")
        return reference

    def _bytes_of(self, text: str) -> bytes:
        if found := DATA_URI.match(text):
            return decoded(text[found.end() :])
        if not text.startswith(("http://", "https://")):
            raise PictureRefused("The picture is neither a data URI nor an address.")
        address = urlsplit(text)
        token = UPLOAD_PATH.search(address.path)
        upload = self.upload(token[1]) if token else None
        if upload is None or not upload.content or not is_loopback(address.hostname):
            raise PictureRefused(
                "The sandbox fetches nothing from a network: give a data URI or an upload."
            )
        return self.read(upload.content)


def decoded(text: str) -> bytes:
    """Strict base64. Raises PictureRefused."""
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise PictureRefused("The picture is not valid base64.") from error


def picture_type(content: bytes) -> str | None:
    """The media type by the first bytes, None if it is no JPEG, PNG or WebP."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for magic, kind in MAGIC.items() if content.startswith(magic)), None)


def is_loopback(host: str | None) -> bool:
    return host in ("127.0.0.1", "localhost", "::1")
