"""Signed links to stored files: who holds one may read one file, for a short while.

Whether somebody may have a link is checked where it is issued; the link itself is then enough,
so that a player, a download and a vendor's client need no session.
"""

import time
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.utils.text import slugify

from generation.choices import AssetKind, AssetState
from generation.models import Asset

# The only types that ever leave, whatever a file holds.
TYPES = {".mp4": "video/mp4", ".jpg": "image/jpeg", ".png": "image/png"}


class BadLink(Exception):
    """No file is meant by this link, or none that is there."""


class ExpiredLink(BadLink):
    """The link was good once."""


@dataclass(frozen=True, kw_only=True)
class StoredFile:
    """One file as it leaves: `etag` names its content, `modified` is in Unix seconds."""

    key: str
    etag: str
    media_type: str
    name: str
    modified: int
    download: bool
    seconds_left: int


def signed_url(
    asset: Asset, *, thumbnail: bool = False, download: bool = False, base: str | None = None
) -> str:
    """An absolute link from PUBLIC_BASE_URL, or from `base` (scheme and host).

    Empty when there is no such file (yet). It holds for MEDIA_LINK_SECONDS at most and for
    three quarters of it at least: within a quarter it stays the same, so that a page that
    refreshes itself does not load every picture anew.
    """
    path = signed_path(asset, thumbnail=thumbnail, download=download)
    return f"{settings.PUBLIC_BASE_URL if base is None else base.rstrip('/')}{path}" if path else ""


def signed_path(asset: Asset, *, thumbnail: bool = False, download: bool = False) -> str:
    """The same link without the host, for our own pages."""
    key = _key(asset, thumbnail=thumbnail)
    if not key:
        return ""
    quarter = max(settings.MEDIA_LINK_SECONDS // 4, 1)
    expires = int(time.time()) // quarter * quarter + settings.MEDIA_LINK_SECONDS
    claims = [
        asset.uid,
        asset.workspace_id,
        _content(key)[:16],
        int(thumbnail),
        int(download),
        expires,
    ]
    return f"/media/{_signer().sign_object(claims)}/{asset.uid}{_suffix(key)}"


def opened(token: str, name: str) -> StoredFile:
    """The file that a link means. Raises ExpiredLink, else BadLink."""
    uid, workspace_id, content, thumbnail, download, expires = _claims(token)
    if expires <= time.time():
        raise ExpiredLink
    asset = Asset.objects.filter(uid=uid, workspace_id=workspace_id).select_related("job").first()
    key = _key(asset, thumbnail=bool(thumbnail)) if asset else ""
    if asset is None or not key or _content(key)[:16] != content:
        raise BadLink
    if name != f"{uid}{_suffix(key)}":
        raise BadLink
    return StoredFile(
        key=key,
        etag=_content(key),
        media_type=TYPES[_suffix(key)],
        name=file_name(asset, thumbnail=bool(thumbnail)),
        modified=int((asset.stored_at or asset.created_at).timestamp()),
        download=bool(download),
        seconds_left=max(int(expires - time.time()), 1),
    )


def file_name(asset: Asset, *, thumbnail: bool = False) -> str:
    """A name for people who save the file: from the prompt or the upload's own name."""
    suffix = _suffix(_key(asset, thumbnail=thumbnail)) or ".mp4"
    said = PurePosixPath(asset.original_name).stem
    if asset.kind == AssetKind.CLIP and asset.job is not None:
        said = asset.job.prompt
    words = slugify(said)[:48].strip("-") or asset.kind
    return f"{words}-{asset.uid[-6:]}{suffix}"


def _claims(token: str) -> Any:
    try:
        return _signer().unsign_object(token)
    except (BadSignature, ValueError):
        raise BadLink from None


def _signer() -> Signer:
    return Signer(salt="generation.media", sep=".")


def _key(asset: Asset, *, thumbnail: bool) -> str:
    if asset.state != AssetState.STORED:
        return ""
    return asset.thumbnail_key if thumbnail else asset.storage_key


def _content(key: str) -> str:
    """The hash that a key is made of; see `shelves.put`."""
    return PurePosixPath(key).name.partition(".")[0]


def _suffix(key: str) -> str:
    """The kind of file, from our own key. Object stores may add to a key after it."""
    suffix = f".{PurePosixPath(key).name.partition('.')[2].partition('.')[0]}"
    return suffix if suffix in TYPES else ""
