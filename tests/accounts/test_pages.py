from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry, LoginFailure, Membership, Role, User

from .conftest import PASSWORD

NO_MATCH = "That name and password do not match. Check both and try again."


@pytest.fixture
def signed_in(owner):
    client = Client()
    client.force_login(owner)
    return client


def sign_in(client, *, password=PASSWORD, username="olga", ip="10.0.0.1", **fields):
    data = {"username": username, "password": password, **fields}
    return client.post("/login/", data, REMOTE_ADDR=ip)


def test_login_page_stands_alone(client, db):
    response = client.get("/login/")
    html = response.content.decode()
    assert response.status_code == 200
    assert 'autocomplete="current-password"' in html
    assert "<script" not in html
    assert "style=" not in html
    assert 'role="alert"' not in html


def test_signing_in_goes_on_to_the_page_asked_for(client, owner):
    response = sign_in(client, next="/password/")
    assert (response.status_code, response["Location"]) == (302, "/password/")
    assert client.session["_auth_user_id"] == str(owner.pk)


def test_signing_in_never_leaves_the_site(client, owner):
    assert sign_in(client, next="https://elsewhere.test/")["Location"] == "/"


def test_wrong_password(client, owner):
    response = sign_in(client, password="wrong")
    assert response.status_code == 200
    assert NO_MATCH in response.content.decode()
    assert "_auth_user_id" not in client.session
    assert LoginFailure.objects.count() == 1


def test_unknown_name_is_told_the_same(client, owner):
    assert NO_MATCH in sign_in(client, username="nobody").content.decode()


def test_tenth_failure_closes_the_door_for_that_name_and_address(client, owner):
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        for _ in range(10):
            assert sign_in(client, password="wrong", username=" OLGA").status_code == 200
        response = sign_in(client)
        assert response.status_code == 429
        assert response["Retry-After"] == "900"
        assert "Too many wrong passwords. Wait 15 minutes, then try again." in (
            response.content.decode()
        )
        assert "_auth_user_id" not in client.session
        assert LoginFailure.objects.count() == 10
        assert sign_in(Client(), ip="10.0.0.2").status_code == 302
        clock.move_to(start + timedelta(minutes=14, seconds=30))
        late = sign_in(client)
        assert "Wait 1 minute, then" in late.content.decode()
        assert late["Retry-After"] == "60"
        clock.move_to(start + timedelta(minutes=15, seconds=1))
        assert sign_in(client).status_code == 302
    assert LoginFailure.objects.count() == 0


def test_admin_uses_the_same_sign_in(client, db):
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain == [
        ("/admin/login/?next=/admin/", 302),
        ("/login/?next=%2Fadmin%2F", 302),
    ]


def test_somebody_without_the_right_is_told_and_not_sent_in_a_circle(signed_in):
    response = signed_in.get("/admin/", follow=True)
    assert response.status_code == 200
    assert "You are signed in as olga, who may not open that page." in response.content.decode()
    assert signed_in.get("/login/")["Location"] == "/"


def test_signing_out_is_a_post(signed_in):
    assert signed_in.get("/logout/").status_code == 405
    assert signed_in.post("/logout/")["Location"] == "/login/"
    assert "_auth_user_id" not in signed_in.session


def test_password_change_ends_other_sessions_and_is_recorded(signed_in, owner):
    elsewhere = Client()
    elsewhere.force_login(owner)
    fresh = "a much longer sentence"
    response = signed_in.post(
        "/password/",
        {"old_password": PASSWORD, "new_password1": fresh, "new_password2": fresh},
        follow=True,
    )
    assert "Password changed. Other devices have been signed out." in response.content.decode()
    assert elsewhere.get("/password/").status_code == 302
    assert AuditEntry.objects.get().action == "password.change"
    owner.refresh_from_db()
    assert owner.check_password(fresh)


def test_short_password_is_refused(signed_in, owner):
    data = {"old_password": PASSWORD, "new_password1": "short1x", "new_password2": "short1x"}
    response = signed_in.post("/password/", data)
    assert "It must contain at least 12 characters." in response.content.decode()
    owner.refresh_from_db()
    assert owner.check_password(PASSWORD)
    assert AuditEntry.objects.count() == 0


def test_mode_switch(signed_in):
    response = signed_in.post("/mode/", {"mode": "live", "next": "/password/?a=1"})
    assert (response.status_code, response["Location"]) == (302, "/password/?a=1")
    assert signed_in.session["mode"] == "live"
    assert signed_in.post("/mode/", {"mode": "other"}).status_code == 400
    assert signed_in.get("/mode/").status_code == 405
    assert signed_in.session["mode"] == "live"


def test_mode_switch_needs_a_person(client, db):
    assert client.post("/mode/", {"mode": "live"})["Location"] == "/login/?next=/mode/"
    assert "mode" not in client.session


def test_workspace_switch_enters_in_test_mode(signed_in, owner, other):
    Membership.objects.create(workspace=other, user=owner, role=Role.VIEWER)
    signed_in.post("/mode/", {"mode": "live"})
    response = signed_in.post("/workspace/", {"workspace": "south", "next": "//elsewhere.test"})
    assert (response.status_code, response["Location"]) == (302, "/")
    assert signed_in.session["workspace_id"] == other.pk
    assert signed_in.session["mode"] == "test"


@pytest.mark.parametrize("slug", ["south", "missing", ""])
def test_foreign_workspace_is_missing(signed_in, other, slug):
    response = signed_in.post("/workspace/", {"workspace": slug})
    assert (response.status_code, response.content) == (404, b"There is no such workspace.")
    assert "workspace_id" not in signed_in.session


def test_csrf_guards_every_post(owner):
    strict = Client(enforce_csrf_checks=True)
    for path in ("/login/", "/logout/", "/mode/", "/workspace/", "/password/"):
        assert strict.post(path).status_code == 403
    assert User.objects.get().last_login is None
