import pytest
from django.test import Client

from accounts.models import Membership, Role, User, Workspace
from generation import jobs
from generation.asks import JobAsk
from generation.models import Job
from providers.types import Tier


@pytest.fixture(autouse=True)
def quiet_bell(settings) -> None:
    settings.RING_THE_BELL = False


@pytest.fixture
def root(db) -> User:
    return User.objects.create_superuser("root", password=None)


@pytest.fixture
def desk(root) -> Client:
    client = Client()
    client.force_login(root)
    return client


def staff_of(workspace: Workspace, *, role: Role, name: str = "mia") -> Client:
    user = User.objects.create_user(name, password=None, is_staff=True)
    Membership.objects.create(workspace=workspace, user=user, role=role)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def manager(workspace) -> Client:
    return staff_of(workspace, role=Role.MANAGER)


@pytest.fixture
def stranger(db) -> Client:
    """Staff of another workspace."""
    elsewhere = Workspace.objects.create(slug="south", name="South")
    return staff_of(elsewhere, role=Role.OWNER, name="sam")


@pytest.fixture
def job(shop, access) -> Job:
    jobs.create(access, JobAsk(prompt="A tram in the rain", tier=Tier.DRAFT))
    return jobs.create(access, JobAsk(prompt="A kite over the sea", tier=Tier.DRAFT))
