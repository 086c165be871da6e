"""A signed-in owner at the pages, jobs by hand, and clips on the shelf without any vendor."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client

from accounts.access import Access
from accounts.models import Membership, Mode, Role, User
from generation import clock, jobs
from generation.asks import JobAsk
from generation.models import Asset, Attempt, Job
from providers.types import Tier


@pytest.fixture(autouse=True)
def quiet_bell(settings) -> None:
    settings.RING_THE_BELL = False


@pytest.fixture
def owner(access: Access, workspace) -> User:
    user = User.objects.get(pk=access.user_id)
    Membership.objects.create(workspace=workspace, user=user, role=Role.OWNER)
    return user


@pytest.fixture
def browser(owner: User, shop) -> Client:
    client = Client()
    client.force_login(owner)
    return client


@pytest.fixture
def viewer(workspace, shop) -> Client:
    user = User.objects.create_user("vic", password=None)
    Membership.objects.create(workspace=workspace, user=user, role=Role.VIEWER)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def ask(access: Access, shop):
    """Make a job as the page would, without the page."""

    def make(prompt: str = "A kettle boils", *, mode: Mode | None = None, **more) -> Job:
        whose = access if mode is None else Access(**{**access.__dict__, "mode": mode})
        return jobs.create(whose, JobAsk(prompt=prompt, **{"tier": Tier.DRAFT, **more}))

    return make


@pytest.fixture
def finish():
    """Complete a job by hand: a succeeded attempt and a stored clip with its thumbnail."""

    def complete(job: Job) -> Asset:
        moment = clock.now()
        attempt = job.attempts.get()
        Attempt.objects.filter(pk=attempt.pk).update(
            state="succeeded", submit_started_at=moment, accepted_at=moment, ended_at=moment
        )
        Job.objects.filter(pk=job.pk).update(
            state="completed", ended_at=moment, cost_micros=100_000
        )
        clip = default_storage.save(f"clips/{'a' * 64}.mp4", ContentFile(b"clip"))
        picture = default_storage.save(f"clips/{'b' * 64}.jpg", ContentFile(b"jpg"))
        return Asset.objects.create(
            workspace_id=job.workspace_id,
            mode=job.mode,
            kind="clip",
            state="stored",
            job=job,
            attempt=attempt,
            storage_key=clip,
            thumbnail_key=picture,
            media_type="video/mp4",
            bytes=4,
            sha256="a" * 64,
            width=1280,
            height=720,
            seconds=5.0,
            stored_at=moment,
        )

    return complete


@pytest.fixture
def in_doubt():
    """Bring a job's first attempt into doubt, as a lost answer would."""

    def doubt(job: Job, *, attention: str = "ambiguous") -> Attempt:
        moment = clock.now()
        job.attempts.update(state="unknown", submit_started_at=moment)
        Job.objects.filter(pk=job.pk).update(
            state="processing", started_at=moment, attention=attention
        )
        job.refresh_from_db()
        return job.attempts.get()

    return doubt
