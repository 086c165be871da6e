"""Whole requests: statuses, headers and the one error shape."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from accounts.key_text import checksum
from accounts.keys import make_key
from accounts.models import ApiKey, Membership, Mode, Role, User

from .conftest import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.api_urls")]


def call(text=None, *, method="get", path="/api/keys", scheme="Bearer", **headers):
    if text is not None:
        headers["Authorization"] = f"{scheme} {text}"
    return getattr(Client(), method)(path, headers=headers)


def error(response):
    body = response.json()
    assert set(body) == {"type", "errors"}
    (only,) = body["errors"]
    return response.status_code, body["type"], only["code"], only["detail"]


def test_no_key():
    response = call()
    assert error(response) == (
        401,
        "client_error",
        "not_authenticated",
        "Authentication credentials were not provided.",
    )
    assert response["WWW-Authenticate"] == 'Bearer realm="aivideo"'


def test_wrong_key():
    body = "aiv_test_" + "0" * 10 + "_" + "0" * 43
    response = call(body + checksum(body))
    assert error(response) == (
        401,
        "client_error",
        "authentication_failed",
        "This API key is unknown. Ask an owner of the workspace for a new key.",
    )
    assert response["WWW-Authenticate"] == 'Bearer realm="aivideo"'


def test_expired_key_says_what_to_do(key):
    ApiKey.objects.update(expires_at=datetime(2026, 3, 3, tzinfo=UTC))
    assert error(call(key[1])) == (
        401,
        "client_error",
        "authentication_failed",
        "This API key expired on 3 March 2026. Ask an owner of the workspace for a new key.",
    )


def test_right_key_in_any_case_of_the_scheme(key):
    assert call(key[1], scheme="bearer").json() == {"mode": "test", "names": ["Robot"]}
    assert call(key[1], method="post").status_code == 201


def test_keys_see_only_their_workspace_and_mode(key, workspace, other, owner):
    _, live = make_key(workspace, mode=Mode.LIVE, name="Live", created_by=owner)
    _, foreign = make_key(other, mode=Mode.TEST, name="Foreign", created_by=owner)
    assert call(key[1]).json() == {"mode": "test", "names": ["Robot"]}
    assert call(live).json() == {"mode": "live", "names": ["Live"]}
    assert call(foreign).json() == {"mode": "test", "names": ["Foreign"]}


def test_missing_scope_is_403(workspace, owner):
    _, text = make_key(
        workspace, mode=Mode.TEST, name="Reader", created_by=owner, scopes=["jobs:read"]
    )
    assert call(text).status_code == 200
    assert error(call(text, method="post")) == (
        403,
        "client_error",
        "permission_denied",
        "This API key may not generate footage: it lacks the scope jobs:write.",
    )


def test_no_scope_reaches_what_is_for_people(key):
    assert error(call(key[1], method="delete"))[3] == (
        "An API key may not make or revoke API keys. Sign in as a person."
    )


def test_method_that_names_no_permission_is_closed(key):
    assert error(call(key[1], method="put")) == (
        403,
        "client_error",
        "permission_denied",
        "This method is open to nobody.",
    )


@pytest.mark.parametrize("with_header", [True, False])
def test_key_in_the_address_is_refused_and_revoked(key, with_header):
    row, text = key
    response = call(text if with_header else None, path=f"/api/keys?api_key={text}")
    assert error(response)[:3] == (401, "client_error", "authentication_failed")
    assert "This key has been revoked." in error(response)[3]
    row.refresh_from_db()
    assert row.revoked_reason == "it was sent in an address"
    assert call(text).status_code == 401


def test_session_works_and_needs_csrf_to_write(owner):
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    assert client.get("/api/keys").json() == {"mode": "test", "names": []}
    assert error(client.post("/api/keys")) == (
        403,
        "client_error",
        "permission_denied",
        "CSRF Failed: CSRF cookie not set.",
    )
    client.get("/password/")
    token = client.cookies["csrftoken"].value
    made = client.post(
        "/api/keys", {}, content_type="application/json", headers={"X-CSRFToken": token}
    )
    assert made.status_code == 201


def test_role_decides_in_a_session(workspace):
    viewer = User.objects.create_user("vera", password=PASSWORD)
    Membership.objects.create(workspace=workspace, user=viewer, role=Role.VIEWER)
    client = Client()
    client.force_login(viewer)
    assert error(client.post("/api/keys"))[::3] == (
        403,
        "Your role (Viewer) may not generate footage. Ask an owner.",
    )


def test_person_without_a_workspace(db):
    client = Client()
    client.force_login(User.objects.create_user("nora"))
    assert error(client.get("/api/keys"))[::3] == (
        403,
        "You belong to no workspace yet. Ask an owner to add you.",
    )
