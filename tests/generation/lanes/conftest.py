"""Jobs that wait, without any vendor."""

from collections.abc import Callable

import pytest
from django.core.management import call_command

from accounts.access import Access
from accounts.models import Membership, Mode, Role, User, Workspace
from generation import batches, hand_out, jobs
from generation.asks import JobAsk
from generation.models import Attempt, Batch, Job
from providers import catalogue
from providers.models import ModelLimit, ProviderAccount
from providers.types import Tier


@pytest.fixture(autouse=True)
def shop(db, settings) -> None:
    """Offers and prices are in the database, and nothing rings."""
    settings.RING_THE_BELL = False
    call_command("load_catalogue", verbosity=0)
    catalogue.forget()


@pytest.fixture
def room_of() -> Callable[[str], Access]:
    """A workspace of its own with its owner, by name."""

    def make(slug: str) -> Access:
        workspace = Workspace.objects.create(slug=slug, name=slug.title())
        return member(workspace, Role.OWNER)

    return make


def member(workspace: Workspace, role: Role, name: str = "") -> Access:
    user = User.objects.create_user(name or f"{role}-of-{workspace.slug}", password=None)
    Membership.objects.create(workspace=workspace, user=user, role=role)
    return Access(workspace_id=workspace.pk, mode=Mode.TEST, role=role, user_id=user.pk)


@pytest.fixture
def ann(room_of) -> Access:
    return room_of("acme")


@pytest.fixture
def bob(room_of) -> Access:
    return room_of("bright")


def one(access: Access, prompt: str = "A lake", **more) -> Job:
    return jobs.create(access, JobAsk(prompt=prompt, **{"tier": Tier.DRAFT, **more}))


def many(access: Access, count: int, **more) -> Batch:
    ask = JobAsk(prompt="A forest", **{"tier": Tier.DRAFT, **more})
    return batches.create(access, [ask] * count, use_cost_optimization=False).batch


def account(provider: str = "pika") -> ProviderAccount:
    return ProviderAccount.objects.get(provider=provider, mode="test")


def limit(slots: int, *, provider: str = "pika", model: str = "") -> None:
    """So many slots at an account, or of one model there."""
    row = account(provider)
    if model:
        ModelLimit.objects.update_or_create(account=row, model=model, defaults={"slots": slots})
    else:
        ProviderAccount.objects.filter(pk=row.pk).update(max_concurrent=slots)


def next_jobs(most: int = 100) -> list[Job]:
    """The jobs that would be sent now, in order."""
    waiting = hand_out.waiting_now()
    ids = hand_out.due_sends(handed={}, most=most, waiting=waiting)
    found = Attempt.objects.select_related("job").in_bulk(ids)
    return [found[pk].job for pk in ids]


def attempt_of(job: Job) -> Attempt:
    return Attempt.objects.get(job=job)
