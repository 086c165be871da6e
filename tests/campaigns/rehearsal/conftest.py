"""A storyboard of small shots, and takes with real clips in the shelves."""

from collections.abc import Callable
from pathlib import Path

import pytest

from accounts.access import Access
from campaigns.models import Campaign, Shot, Take
from campaigns.rehearsal import recipe
from footage.digest import file_sha256
from footage.render import render_card
from generation import clock, jobs, shelves
from generation.asks import JobAsk
from generation.choices import AssetKind, AssetState, JobState
from generation.models import Asset, Job


@pytest.fixture(autouse=True)
def small(settings, tmp_path, monkeypatch):
    """Films of 128 by 72 points, in folders of the test's own."""
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(recipe, "SHORT_SIDE", 72)


@pytest.fixture(scope="session")
def clip_file(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A real clip of a second by its title."""
    folder = tmp_path_factory.mktemp("takes")

    def make(title: str) -> Path:
        path = folder / f"{title}.mp4"
        if not path.exists():
            render_card(
                path,
                seconds=1,
                width=128,
                height=72,
                title=title,
                mark="SANDBOX",
                metadata={"sandbox": title},
            )
        return path

    return make


@pytest.fixture
def shot(campaign: Campaign) -> Callable[..., Shot]:
    """shot(2, seconds=1): the second one of the storyboard."""

    def make(position: int, **fields) -> Shot:
        given = {"prompt": f"Steam rises, {position}", "role": "b_roll", "seconds": 1, **fields}
        return Shot.objects.create(
            workspace_id=campaign.workspace_id,
            mode=campaign.mode,
            campaign=campaign,
            position=position,
            **given,
        )

    return make


@pytest.fixture
def take(shop, access: Access, clip_file) -> Callable[..., Take]:
    """take(shot, "Draft one"): a completed take with this clip."""

    def make(shot: Shot, title: str, **fields) -> Take:
        job = jobs.create(access, JobAsk(prompt=title))
        Job.objects.filter(pk=job.pk).update(state=JobState.COMPLETED, ended_at=clock.now())
        path = clip_file(title)
        digest = file_sha256(path)
        Asset.objects.create(
            workspace_id=shot.workspace_id,
            mode=shot.mode,
            kind=AssetKind.CLIP,
            state=AssetState.STORED,
            job=job,
            attempt=job.attempts.get(),
            storage_key=shelves.put(shot.workspace_id, path, sha256=digest, suffix=".mp4"),
            media_type="video/mp4",
            bytes=path.stat().st_size,
            sha256=digest,
            stored_at=clock.now(),
        )
        return Take.objects.create(
            workspace_id=shot.workspace_id,
            mode=shot.mode,
            shot=shot,
            job=job,
            number=shot.takes.count() + 1,
            **fields,
        )

    return make
