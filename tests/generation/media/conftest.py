"""A real clip in the shelves."""

from pathlib import Path

import pytest

from accounts.access import Access
from footage.digest import file_sha256
from footage.render import render_card
from footage.thumbnail import thumbnail
from generation import clock, jobs, shelves
from generation.asks import JobAsk
from generation.choices import AssetKind, AssetState
from generation.models import Asset

PROMPT = "Coffee poured in slow motion, <b>macro</b> / 4k"


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real clip of two seconds with its thumbnail beside it."""
    folder = tmp_path_factory.mktemp("film")
    clip = folder / "clip.mp4"
    render_card(clip, seconds=2, width=640, height=360, title="Coffee", subtitle="Draft")
    thumbnail(clip, folder / "clip.jpg")
    return clip


@pytest.fixture
def clip(shop, access: Access, settings, film: Path) -> Asset:
    settings.RING_THE_BELL = False
    job = jobs.create(access, JobAsk(prompt=PROMPT))
    small = film.with_suffix(".jpg")
    digest, small_digest = file_sha256(film), file_sha256(small)
    return Asset.objects.create(
        workspace_id=access.workspace_id,
        mode=access.mode,
        kind=AssetKind.CLIP,
        state=AssetState.STORED,
        job=job,
        attempt=job.attempts.get(),
        storage_key=shelves.put(access.workspace_id, film, sha256=digest, suffix=".mp4"),
        thumbnail_key=shelves.put(access.workspace_id, small, sha256=small_digest, suffix=".jpg"),
        media_type="video/mp4",
        bytes=film.stat().st_size,
        sha256=digest,
        stored_at=clock.now(),
    )
