"""Jobs that end, and who is told."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction

from accounts.access import Access
from generation import clock, endings, jobs, queue
from generation.asks import JobAsk
from generation.models import Notice, WebhookEndpoint
from generation.notices import endpoints
from generation.notices.endpoints import EndpointAsk
from tests.generation.notices.receiver import HOOK, Receiver
from tests.generation.outside import Outside


@pytest.fixture
def receiver(settings) -> Iterator[Receiver]:
    settings.PUBLIC_BASE_URL = "http://127.0.0.1:8000"
    made = Receiver()
    yield made
    made.close()


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Outside]:
    with Outside(monkeypatch, tmp_path) as made:
        yield made


@pytest.fixture
def rung(monkeypatch, settings) -> list[str]:
    settings.RING_THE_BELL = False
    calls: list[str] = []
    monkeypatch.setattr(queue, "ring", lambda task, *_: calls.append(task))
    return calls


@pytest.fixture
def ended(shop, access: Access, rung):
    def make(url: str, *, ending=endings.cancel, **more) -> Notice:
        job = jobs.create(access, JobAsk(prompt="Waves", webhook_url=url, **more))
        with transaction.atomic():
            assert ending(job)
        return Notice.objects.get(job=job)

    yield make
    clock.shift(0)


@pytest.fixture
def listen(access, shop, rung):
    """Make an endpoint; the clock is set right again afterwards."""

    def make(url: str = HOOK, **more) -> WebhookEndpoint:
        return endpoints.create(access, EndpointAsk(url=url, **more))

    yield make
    clock.shift(0)
