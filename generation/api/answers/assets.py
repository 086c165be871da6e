"""A stored file as the API tells it."""

from typing import TypedDict

from accounts.access import Access
from generation import media, uploads
from generation.api.answers.plain import moment
from generation.choices import AssetKind, AssetState
from generation.models import Asset


class AssetAnswer(TypedDict):
    """A picture, a clip or a film. `path` is what image_path takes; the addresses are null until
    the file is stored, and hold for some minutes. An unclaimed clip arrived after its job had
    been cancelled."""

    asset_id: str
    kind: str
    state: str
    path: str | None
    url: str | None
    thumbnail_url: str | None
    name: str
    media_type: str
    bytes: int | None
    width: int | None
    height: int | None
    seconds: float | None
    sha256: str | None
    unclaimed: bool
    created_at: str | None


def asset_answer(asset: Asset, *, access: Access) -> AssetAnswer:
    shown = asset.state == AssetState.STORED and access.may("media:read")
    return {
        "asset_id": asset.uid,
        "kind": asset.kind,
        "state": asset.state,
        "path": uploads.path_of(asset)
        if asset.kind == AssetKind.PICTURE and asset.media_type
        else None,
        "url": media.signed_url(asset) if shown else None,
        "thumbnail_url": (media.signed_url(asset, thumbnail=True) or None) if shown else None,
        "name": asset.original_name,
        "media_type": asset.media_type,
        "bytes": asset.bytes,
        "width": asset.width,
        "height": asset.height,
        "seconds": asset.seconds,
        "sha256": asset.sha256 or None,
        "unclaimed": asset.unclaimed,
        "created_at": moment(asset.created_at),
    }
