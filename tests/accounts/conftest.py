import pytest

from accounts.access import Access
from accounts.keys import make_key
from accounts.models import Membership, Mode, Role, User, Workspace

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def plain_settings(settings):
    """No manifest of static files is collected for tests, and a password costs no time."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def workspace(db):
    return Workspace.objects.create(slug="north", name="North")


@pytest.fixture
def other(db):
    return Workspace.objects.create(slug="south", name="South")


@pytest.fixture
def owner(workspace):
    user = User.objects.create_user("olga", password=PASSWORD)
    Membership.objects.create(workspace=workspace, user=user, role=Role.OWNER)
    return user


@pytest.fixture
def access(workspace, owner):
    return Access(
        workspace_id=workspace.pk, mode=Mode.TEST, role=Role.OWNER, user_id=owner.pk, ip="10.0.0.1"
    )


@pytest.fixture
def key(workspace, owner):
    """(row, text) of a test key with every scope."""
    return make_key(workspace, mode=Mode.TEST, name="Robot", created_by=owner)
