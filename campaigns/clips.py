"""A take's clip as a file at hand, and its ends as pictures of the workspace."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage

from accounts.access import Access
from campaigns.models import Take
from footage.frames import first_frame, last_frame
from generation import uploads
from generation.asks import Refused
from generation.choices import AssetKind, AssetState
from generation.models import Asset


def clip_of(take: Take) -> Asset | None:
    """The stored clip that completed the take's job."""
    found = take.job.assets.filter(kind=AssetKind.CLIP, state=AssetState.STORED, unclaimed=False)
    return found.first()


@contextmanager
def workroom(prefix: str) -> Iterator[Path]:
    """A folder that is gone afterwards."""
    above = settings.DATA_DIR / "tmp"
    above.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=prefix, dir=above) as folder:
        yield Path(folder)


def copy_out(asset: Asset, target: Path) -> Path:
    """Copy a stored file to `target`, since footage works on plain files."""
    with default_storage.open(asset.storage_key) as stored, target.open("wb") as copy:
        for chunk in stored.chunks():
            copy.write(chunk)
    return target


class End(StrEnum):
    """Either end of a clip."""

    FIRST = "first"
    LAST = "last"


def pinned_frame(access: Access, take: Take, *, end: End) -> Asset:
    """The frame at that end of the take's clip, kept like an upload. Raises Refused."""
    clip = clip_of(take)
    if clip is None:
        raise Refused(f"Take {take.uid} has no clip to take a frame from.", field="takes")
    with workroom("frame-") as room:
        frame = room / "frame.png"
        grab = first_frame if end is End.FIRST else last_frame
        grab(copy_out(clip, room / "clip.mp4"), frame)
        name = f"{end.value}-frame-{take.uid}.png"
        return uploads.receive(access, content=frame.read_bytes(), name=name, field="takes")
