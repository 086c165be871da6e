import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.audit import record
from accounts.keys import check_key
from accounts.models import ApiKey, AuditEntry, User


@pytest.fixture
def staff(owner):
    User.objects.filter(pk=owner.pk).update(is_staff=True, is_superuser=True)
    owner.refresh_from_db()
    client = Client()
    client.force_login(owner)
    return client


@pytest.mark.parametrize("model", ["user", "workspace", "membership", "apikey", "auditentry"])
def test_lists_open(staff, access, key, model):
    record(access, "budget.raise", "budget:4")
    assert staff.get(f"/admin/accounts/{model}/").status_code == 200


@pytest.mark.parametrize("model", ["user", "workspace", "membership", "apikey"])
def test_forms_open(staff, model):
    assert staff.get(f"/admin/accounts/{model}/add/").status_code == 200


def test_new_key_is_shown_once(staff, workspace, owner):
    data = {
        "workspace": workspace.pk,
        "mode": "live",
        "name": "Edit suite",
        "scopes": ["jobs:read", "jobs:write"],
        "days": 30,
    }
    response = staff.post("/admin/accounts/apikey/add/", data)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    (text,) = re.findall(r'id="new-key">(aiv_live_\w+)<', response.content.decode())
    row = ApiKey.objects.get()
    assert check_key(text, ip=None).scopes == {"jobs:read", "jobs:write"}
    assert (row.name, row.created_by_id) == ("Edit suite", owner.pk)
    assert row.expires_at - timezone.now() < timedelta(days=30)
    for address in ("", f"{row.pk}/change/"):
        shown = staff.get(f"/admin/accounts/apikey/{address}").content.decode()
        assert text not in shown
        assert row.secret_hash not in shown
        assert row.prefix in shown


def test_key_over_a_year_is_refused(staff, workspace):
    data = {"workspace": workspace.pk, "mode": "test", "name": "x", "scopes": ["jobs:read"]}
    response = staff.post("/admin/accounts/apikey/add/", {**data, "days": 366})
    assert "less than or equal to 365" in response.content.decode()
    assert ApiKey.objects.count() == 0


def test_revoking_by_hand(staff, key, owner):
    data = {"action": "revoke_keys", "_selected_action": [key[0].pk]}
    assert staff.post("/admin/accounts/apikey/", data).status_code == 302
    key[0].refresh_from_db()
    assert key[0].revoked_reason == "by hand"
    assert AuditEntry.objects.get(action="api_key.revoke").user_id == owner.pk


def test_keys_and_audit_are_never_edited_or_removed(staff, key):
    entry = AuditEntry.objects.get()
    for model, row in (("apikey", key[0]), ("auditentry", entry)):
        assert staff.post(f"/admin/accounts/{model}/{row.pk}/change/").status_code == 403
        assert staff.post(f"/admin/accounts/{model}/{row.pk}/delete/").status_code == 403
    assert staff.get("/admin/accounts/auditentry/add/").status_code == 403


def test_people_and_workspaces_are_not_removed(staff, owner, workspace):
    assert staff.post(f"/admin/accounts/user/{owner.pk}/delete/").status_code == 403
    assert staff.post(f"/admin/accounts/workspace/{workspace.pk}/delete/").status_code == 403
    assert staff.get(f"/admin/accounts/user/{owner.pk}/change/").status_code == 200
    assert staff.get(f"/admin/accounts/workspace/{workspace.pk}/change/").status_code == 200


def test_without_staff_the_back_desk_is_shut(owner):
    client = Client()
    client.force_login(owner)
    assert client.get("/admin/accounts/apikey/").status_code == 302
