import pytest
from django.test import Client

from accounts.access import Access
from accounts.models import Membership, Role, User
from tests.generation.money.budgets_by_hand import Clock


@pytest.fixture(autouse=True)
def quiet_bell(settings) -> None:
    settings.RING_THE_BELL = False


@pytest.fixture
def clock_at(monkeypatch) -> Clock:
    """Noon of Monday, 23 November 2026, in UTC."""
    return Clock(monkeypatch)


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
