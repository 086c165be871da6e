from collections.abc import Iterator

import pytest
from django.test import Client

from accounts.access import Access
from accounts.models import Membership, Role, User
from providers import catalogue
from tests.generation.money.budgets_by_hand import Clock
from tests.generation.money.golden import AFTERWARDS, Books, at_time, golden_month


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


@pytest.fixture
def books(access, shop) -> Iterator[Books]:
    """The golden month, looked at some weeks later."""
    with at_time(AFTERWARDS):
        yield golden_month(access)
    catalogue.forget()
