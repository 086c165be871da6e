"""A workspace with a client and a campaign, its owner at the pages and by key, and a stranger."""

import io

import pytest
from django.core.cache import cache
from django.test import Client as Browser
from PIL import Image

from accounts.access import Access
from accounts.models import Membership, Mode, Role, User, Workspace
from campaigns import opening
from campaigns.models import Campaign, Client
from generation import uploads
from generation.models import Asset
from providers import catalogue
from tests.generation.api.conftest import Caller, make_caller
from tests.shop import stock


@pytest.fixture(autouse=True)
def calm(settings):
    cache.clear()
    settings.RING_THE_BELL = False
    yield
    catalogue.forget()


@pytest.fixture
def shop(db) -> None:
    """Offers and prices are in the database."""
    stock()


@pytest.fixture
def workspace(db) -> Workspace:
    return Workspace.objects.create(slug="north", name="North")


@pytest.fixture
def owner(workspace: Workspace) -> User:
    user = User.objects.create_user("olga", password=None)
    Membership.objects.create(workspace=workspace, user=user, role=Role.OWNER)
    return user


@pytest.fixture
def access(workspace: Workspace, owner: User) -> Access:
    """The owner at the pages, in test mode."""
    return Access(workspace_id=workspace.pk, mode=Mode.TEST, role=Role.OWNER, user_id=owner.pk)


@pytest.fixture
def client(access: Access) -> Client:
    return opening.open_client(access, name="Acme")


@pytest.fixture
def campaign(access: Access, client: Client) -> Campaign:
    return opening.open_campaign(access, name="Spring", client=client)


@pytest.fixture
def caller(workspace: Workspace, owner: User) -> Caller:
    return make_caller(workspace, owner)


@pytest.fixture
def foreign_caller(owner: User) -> Caller:
    """A key of another workspace."""
    return make_caller(Workspace.objects.create(slug="south", name="South"), owner)


@pytest.fixture
def live_caller(workspace: Workspace, owner: User) -> Caller:
    """A key of the same workspace in the other mode."""
    return make_caller(workspace, owner, mode=Mode.LIVE)


@pytest.fixture
def browser(owner: User) -> Browser:
    return signed_in(owner)


@pytest.fixture
def viewer(workspace: Workspace) -> Browser:
    """Somebody who may look and not write."""
    user = User.objects.create_user("vic", password=None)
    Membership.objects.create(workspace=workspace, user=user, role=Role.VIEWER)
    return signed_in(user)


@pytest.fixture
def stranger(db) -> Browser:
    """The owner of another workspace."""
    user = User.objects.create_user("eve", password=None)
    place = Workspace.objects.create(slug="west", name="West")
    Membership.objects.create(workspace=place, user=user, role=Role.OWNER)
    return signed_in(user)


def signed_in(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def picture_bytes(colour: str = "navy", *, size: tuple[int, int] = (640, 360)) -> bytes:
    """A small PNG of one colour."""
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, "PNG")
    return buffer.getvalue()


def uploaded(access: Access, colour: str = "navy", *, name: str = "bottle.png") -> Asset:
    """A picture as somebody has uploaded it."""
    return uploads.receive(access, content=picture_bytes(colour), name=name)
