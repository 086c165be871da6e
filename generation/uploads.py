"""Pictures from outside: received, fetched or named, and always one of the workspace's own.

A path that somebody sends is compared with ids and never opened.
"""

import re
import tempfile
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import QuerySet

from accounts.access import Access
from accounts.models import Workspace
from footage.digest import file_sha256
from footage.errors import BadPicture
from footage.picture import MOST_BYTES, CleanPicture, Crop, clean_picture
from footage.picture_thumbnail import picture_thumbnail
from generation import clock, guarded, shelves, waypoints
from generation.asks import Refused
from generation.choices import AssetKind, AssetState
from generation.models import Asset

MOST_FETCHED_BYTES = 10_000_000
FETCH_SECONDS = 15.0
SUFFIXES = {"image/jpeg": ".jpg", "image/png": ".png"}
NAMED = re.compile(r"(?:uploads/)?(asset_[0-9a-z]{20})(?:\.(?:jpg|png))?")
BOX = re.compile(r"(\d{1,5}),(\d{1,5}),(\d{1,5}),(\d{1,5})", re.ASCII)
NO_SUCH_UPLOAD = (
    "There is no such upload in this workspace. Upload the picture first"
    " (POST /api/ai-video/uploads) and give the id that comes back."
)
NOT_AN_UPLOAD = (
    "This names no upload, and files on the server are never read. Upload the picture first"
    " (POST /api/ai-video/uploads) and give the id or path that comes back, or give an https"
    " address."
)


@dataclass(frozen=True, kw_only=True)
class _Shelved:
    storage_key: str
    thumbnail_key: str


def receive(access: Access, *, content: bytes, name: str, field: str = "file") -> Asset:
    """Keep an uploaded picture, clean, with a thumbnail.

    The same picture again gives the asset that is there already. `name` is what the sender
    called it. Raises Refused, naming `field`; FootageError when our own tool could not run.
    """
    if not content:
        raise Refused("The file is empty.", field=field, code="required")
    if len(content) > MOST_BYTES:
        # Before any copy of it is made; the words are those of the cleaner.
        raise Refused(
            f"This picture has {len(content) / 1_000_000:.1f} MB; at most 20 MB can be sent."
            " Save it smaller.",
            field=field,
        )
    try:
        picture = clean_picture(content)
    except BadPicture as bad:
        raise Refused(bad.reason, field=field) from bad
    return _same(access, picture) or _keep(access, picture, name=name)


def crop(access: Access, uid: str, box: str) -> Asset:
    """A part of an upload as a picture of its own; the upload itself for all of it.

    `box` is "left,top,width,height" in the upload's pixels. The part passes the same guard as
    whatever comes from outside; the same part again gives the asset that is there already.
    Raises Refused for the field image_path.
    """
    whole = _pictures(access).filter(uid=uid).first()
    if whole is None:
        raise Refused(NO_SUCH_UPLOAD, field="image_path", code="not_found")
    part = _part(box)
    if (part.left, part.top, part.width, part.height) == (0, 0, whole.width, whole.height):
        return whole
    known = _pictures(access).filter(cropped_from=whole, crop=box).order_by("pk").first()
    if known is not None:
        return known
    with default_storage.open(whole.storage_key, "rb") as file:
        content = file.read()
    try:
        picture = clean_picture(content, crop=part)
    except BadPicture as bad:
        raise Refused(bad.reason, field="image_path") from bad
    same = _same(access, picture)
    return same or _keep(access, picture, name=whole.original_name, cropped_from=whole, crop=box)


def _part(box: str) -> Crop:
    found = BOX.fullmatch(box)
    if found is None:
        raise Refused("Set the frame on the picture anew.", field="image_path")
    left, top, width, height = map(int, found.groups())
    return Crop(left=left, top=top, width=width, height=height)


def fetch(access: Access, url: str, *, field: str = "image_path") -> Asset:
    """Fetch a picture from an https address under guard, and keep it like an upload.

    Raises Refused, naming `field`.
    """
    try:
        answer = guarded.get(url, most_bytes=MOST_FETCHED_BYTES, seconds=FETCH_SECONDS)
    except (guarded.Blocked, guarded.NoAnswer) as fault:
        raise _unfetched(str(fault), field) from fault
    if 300 <= answer.status < 400:
        raise _unfetched("It leads on to another address; give the final one.", field)
    if answer.status != 200:
        raise _unfetched(f"The host answered {answer.status}.", field)
    name = url.partition("?")[0].partition("#")[0].rpartition("/")[2]
    return receive(access, content=answer.body, name=name, field=field)


def resolve(access: Access, image_path: str, *, field: str = "image_path") -> Asset:
    """The picture meant by `image_path`: an upload's id or path, or an https address.

    Raises Refused, naming `field`.
    """
    if image_path[:8].lower() == "https://":
        return fetch(access, image_path, field=field)
    if image_path[:7].lower() == "http://":
        raise _unfetched("Give an address that begins with https://.", field)
    named = NAMED.fullmatch(image_path)
    if named is None:
        raise Refused(NOT_AN_UPLOAD, field=field)
    found = _pictures(access).filter(uid=named[1]).first()
    if found is None:
        raise Refused(NO_SUCH_UPLOAD, field=field, code="not_found")
    return found


def path_of(asset: Asset) -> str:
    """What an upload's answer calls its `path`; `resolve` takes it back."""
    return f"uploads/{asset.uid}{SUFFIXES[asset.media_type]}"


def _pictures(access: Access) -> QuerySet[Asset]:
    return Asset.objects.within(access).filter(kind=AssetKind.PICTURE, state=AssetState.STORED)


def _same(access: Access, picture: CleanPicture) -> Asset | None:
    return _pictures(access).filter(sha256=picture.sha256).order_by("pk").first()


def _keep(
    access: Access,
    picture: CleanPicture,
    *,
    name: str,
    cropped_from: Asset | None = None,
    crop: str = "",
) -> Asset:
    shelved = _shelve(access.workspace_id, picture)
    with waypoints.commit("picture_kept"):
        # One at a time in a workspace, so that two at once do not both find nothing.
        Workspace.objects.select_for_update().get(pk=access.workspace_id)
        return _same(access, picture) or Asset.objects.create(
            workspace_id=access.workspace_id,
            mode=access.mode,
            kind=AssetKind.PICTURE,
            state=AssetState.STORED,
            created_by_id=access.user_id,
            original_name=_plain_name(name),
            cropped_from=cropped_from,
            crop=crop,
            storage_key=shelved.storage_key,
            thumbnail_key=shelved.thumbnail_key,
            media_type=picture.media_type,
            bytes=len(picture.content),
            sha256=picture.sha256,
            width=picture.width,
            height=picture.height,
            stored_at=clock.now(),
        )


def _shelve(workspace_id: int, picture: CleanPicture) -> _Shelved:
    room = settings.DATA_DIR / "tmp"
    room.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="upload-", dir=room) as folder:
        source, small = Path(folder) / "picture", Path(folder) / "thumbnail.jpg"
        source.write_bytes(picture.content)
        picture_thumbnail(source, small, media_type=picture.media_type)
        suffix = SUFFIXES[picture.media_type]
        return _Shelved(
            storage_key=shelves.put(workspace_id, source, sha256=picture.sha256, suffix=suffix),
            thumbnail_key=shelves.put(
                workspace_id, small, sha256=file_sha256(small), suffix=".jpg"
            ),
        )


def _plain_name(name: str) -> str:
    """The last part of a name, without what could deceive a reader of it."""
    last = re.split(r"[/\\]", name)[-1]
    seen = "".join(c for c in last if unicodedata.category(c)[0] != "C")
    return unicodedata.normalize("NFC", seen).strip()[:200]


def _unfetched(reason: str, field: str) -> Refused:
    return Refused(
        f"The picture could not be fetched. {reason} You can also upload it"
        " (POST /api/ai-video/uploads) and give the id that comes back.",
        field=field,
        code="not_fetched",
    )
