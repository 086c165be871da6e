"""Every address, every method, every kind of caller: nobody gets more than is theirs."""

import re

import pytest
from django.test import Client
from django.urls import get_resolver

from accounts.models import Membership, Role, User
from accounts.permissions import PERMISSIONS
from generation.models import Job

from .conftest import SEED_BATCH, SEED_GENERATE, make_caller

pytestmark = pytest.mark.django_db
OPEN = {"schema/", "docs/"}
READS_OWN_LISTS = {
    *("ai-video/providers", "ai-video/estimate-cost", "ai-video/jobs", "budgets", "ledger"),
}


def views() -> list[tuple[str, type]]:
    """(path below /api/, view) of each door of this app."""
    from generation.api.urls import urlpatterns

    return [
        (str(one.pattern), one.callback.view_class)
        for one in urlpatterns
        if str(one.pattern) not in OPEN
    ]


def addressed(path: str, things: dict[str, str]) -> str:
    """The path with the ids of things; what none is known of gets one that belongs to nobody."""
    return re.sub(r"<uid:(\w+)>", lambda found: things.get(found[1], "thing_x"), path)


def test_every_door_names_a_permission_for_each_of_its_methods():
    for path, view in views():
        methods = {m.upper() for m in ("get", "post", "put", "patch", "delete") if hasattr(view, m)}
        assert methods == set(view.permissions_needed), path
        assert set(view.permissions_needed.values()) <= set(PERMISSIONS), path


def test_every_address_is_known_here():
    served = [part for part in get_resolver().url_patterns if str(part.pattern) == "api/"]
    assert served
    assert len(views()) >= 24


@pytest.mark.parametrize(("path", "view"), views())
def test_without_a_key(path, view):
    address = "/api/" + addressed(path, {})
    for method in view.permissions_needed:
        assert Client().generic(method, address).status_code == 401


@pytest.fixture
def things(caller) -> dict[str, str]:
    batch = caller.post("ai-video/batch-generate", SEED_BATCH).json()
    return {"job_id": batch["job_ids"][0], "batch_id": batch["batch_id"], "asset_id": "asset_x"}


@pytest.mark.parametrize(("path", "view"), views())
def test_a_stranger_finds_nothing(things, foreign_caller, path, view):
    before = Job.objects.count()
    path = addressed(path, things)
    for method, needed in view.permissions_needed.items():
        response = foreign_caller.call(method, path)
        if PERMISSIONS[needed].scope is None:
            assert response.status_code == 403, (method, path)  # never a key's business
        elif "_" in path.rpartition("/")[2] or path.count("/") > 1:
            assert response.status_code == 404, (method, path)
        elif method == "GET":
            assert response.status_code == 200
            assert things["job_id"].encode() not in b"".join(response)
        else:
            assert response.status_code == 400
    assert Job.objects.count() == before


@pytest.mark.parametrize(("path", "view"), views())
def test_a_key_without_the_scope(things, workspace, owner, path, view):
    everything = {"jobs:read", "jobs:write", "jobs:cancel", "media:read", "budgets:read"}
    everything |= {"costs:read"}
    path = addressed(path, things)
    for method, needed in view.permissions_needed.items():
        caller = make_caller(workspace, owner, scopes=sorted(everything - {needed}))
        assert caller.call(method, path).status_code == 403, (method, path)


def test_a_viewer_in_a_session_reads_and_does_not_write(things, workspace):
    viewer = User.objects.create_user("vera", password="correct horse battery")
    Membership.objects.create(workspace=workspace, user=viewer, role=Role.VIEWER)
    client = Client()
    client.force_login(viewer)
    assert client.get(f"/api/ai-video/status/{things['job_id']}").status_code == 200
    made = client.post("/api/ai-video/generate", SEED_GENERATE, content_type="application/json")
    assert made.status_code == 403
    assert client.post(f"/api/ai-video/cancel/{things['job_id']}").status_code == 403
    assert Job.objects.count() == 3


def test_a_session_writes_with_its_token_only(caller, owner):
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    sent = {"data": SEED_GENERATE, "content_type": "application/json"}
    assert client.post("/api/ai-video/generate", **sent).status_code == 403
    client.get("/password/")
    token = client.cookies["csrftoken"].value
    made = client.post("/api/ai-video/generate", **sent, headers={"X-CSRFToken": token})
    assert made.status_code == 202
    assert Job.objects.get().created_by == owner
