"""People, members, workspaces and keys at the back desk: changed by the functions of the pages,
never without a reason, and what is refused leaves nothing behind."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.keys import check_key, make_key
from accounts.models import (
    ApiKey,
    AuditEntry,
    Invitation,
    Letter,
    Membership,
    Mode,
    Role,
    SecondFactor,
    User,
    Workspace,
)
from generation.desk.registers import list_url, record_url
from tests.generation.desk.conftest import staff_of
from tests.generation.desk.pressing import press, said

pytestmark = pytest.mark.django_db
GOOD = "lantern-harbour-42"


@pytest.fixture
def olga(workspace) -> User:
    """The only owner of the workspace."""
    user = User.objects.create_user("olga", password="x")
    Membership.objects.create(workspace=workspace, user=user, role=Role.OWNER)
    return user


@pytest.fixture
def bob(workspace) -> User:
    user = User.objects.create_user("bob", password="x")
    Membership.objects.create(workspace=workspace, user=user, role=Role.CREATOR)
    return user


def place(user: User) -> Membership:
    return Membership.objects.get(user=user)


def entry() -> AuditEntry:
    return AuditEntry.objects.get()


def test_a_role_changes_with_a_reason_and_both_values(desk, root, olga, bob):
    page = press(desk, "accounts_membership", "role", place(bob))
    assert "Creator since" in page.content.decode()
    refused = press(desk, "accounts_membership", "role", place(bob), role="manager", reason=" ")
    assert refused.status_code == 422
    assert (place(bob).role, AuditEntry.objects.count()) == ("creator", 0)
    press(desk, "accounts_membership", "role", place(bob), role="manager", reason="leads now")
    assert place(bob).role == "manager"
    kept = entry()
    assert (kept.action, kept.subject, kept.user) == ("member.role", f"user:{bob.pk}", root)
    assert (kept.before, kept.after) == ({"role": "creator"}, {"role": "manager"})
    assert kept.reason == "leads now"


@pytest.mark.parametrize("deed", [("role", {"role": "viewer"}), ("remove", {})])
def test_the_last_owner_stays(desk, olga, bob, deed):
    name, told = deed
    answer = press(desk, "accounts_membership", name, place(olga), reason="gone", **told)
    assert "A workspace needs an owner." in said(answer)
    assert (place(olga).role, AuditEntry.objects.count()) == ("owner", 0)


def test_a_member_is_added_and_removed(desk, workspace, olga):
    ann = User.objects.create_user("ann", password="x")
    told = {"username": "nobody", "role": "viewer", "reason": "new here"}
    assert press(desk, "accounts_workspace", "add_member", workspace, **told).status_code == 422
    told["username"] = "ann"
    press(desk, "accounts_workspace", "add_member", workspace, **told)
    assert (place(ann).role, entry().action) == ("viewer", "member.add")
    twice = press(desk, "accounts_workspace", "add_member", workspace, **told)
    assert "is a member already" in said(twice)
    press(desk, "accounts_membership", "remove", place(ann), reason="left the agency")
    assert not Membership.objects.filter(user=ann).exists()
    assert list(AuditEntry.objects.values_list("action", "reason").order_by("pk")) == [
        ("member.add", "new here"),
        ("member.remove", "left the agency"),
    ]


def test_an_invitation_by_mail(desk, workspace, olga):
    told = {"email": "ada@example.com", "role": "creator", "reason": "editor"}
    press(desk, "accounts_workspace", "invite", workspace, **told)
    assert Invitation.objects.get().email == "ada@example.com"
    assert Letter.objects.count() == 1
    assert (entry().action, entry().reason) == ("invitation.make", "editor")


def test_rules_of_a_workspace(desk, workspace, olga):
    told = {"unknown_outcome": "continue", "moderation_fallback": "yes", "reason": "deadline"}
    answer = press(desk, "accounts_workspace", "rules", workspace, **told)
    assert "Unknown outcome: try the next provider. Refused prompt: try the next" in said(answer)
    workspace.refresh_from_db()
    assert (workspace.unknown_outcome, workspace.moderation_fallback) == ("continue", True)
    kept = entry()
    assert (kept.action, kept.subject) == ("workspace.change", f"workspace:{workspace.pk}")
    assert kept.before == {"unknown_outcome": "ask", "moderation_fallback": False}
    assert kept.after == {"unknown_outcome": "continue", "moderation_fallback": True}
    for told in ({"time_zone": "Mars/North"}, {"unknown_outcome": "continue"}, {}):
        press(desk, "accounts_workspace", "rules", workspace, reason="x", **told)
    assert AuditEntry.objects.count() == 1


def test_closing_and_opening_again(desk, workspace, olga):
    _, text = make_key(workspace, mode=Mode.TEST, name="Robot", created_by=olga)
    made = AuditEntry.objects.count()
    press(desk, "accounts_workspace", "close", workspace, reason="contract over")
    workspace.refresh_from_db()
    assert workspace.closed_at is not None
    again = press(desk, "accounts_workspace", "close", workspace, reason="again")
    assert "closed already" in said(again)
    press(desk, "accounts_workspace", "reopen", workspace, reason="new contract")
    assert check_key(text, ip=None).workspace_id == workspace.pk
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)[made:]
    assert list(actions) == ["workspace.close", "workspace.reopen"]


def test_switching_a_person_off_and_on(desk, olga, bob):
    client = Client()
    client.force_login(bob)
    press(desk, "accounts_user", "switch_off", bob, reason="left")
    assert client.get("/members/")["Location"].startswith("/login/")
    assert (entry().action, entry().before) == ("person.switch_off", {"active": True})
    assert "switched off already" in said(
        press(desk, "accounts_user", "switch_off", bob, reason="x")
    )
    press(desk, "accounts_user", "switch_on", bob, reason="is back")
    bob.refresh_from_db()
    assert bob.is_active


def test_nobody_is_switched_off_who_alone_owns_or_runs(desk, root, olga, bob):
    owner = press(desk, "accounts_user", "switch_off", olga, reason="left")
    assert "Acme Agency would be without an owner." in said(owner)
    for deed, told in (("switch_off", {}), ("rights", {"rights": "person"})):
        answer = press(desk, "accounts_user", deed, root, reason="tired", **told)
        assert "Somebody must run this server." in said(answer)
    assert not User.objects.filter(is_active=False).exists()
    assert AuditEntry.objects.count() == 0


def test_rights_details_and_password(desk, olga, bob):
    press(desk, "accounts_user", "rights", bob, rights="staff", reason="helps out")
    press(desk, "accounts_user", "details", bob, email="bob@example.com", reason="typo")
    weak = press(desk, "accounts_user", "password", bob, password="1234", reason="lost")
    assert "too short" in said(weak)
    press(desk, "accounts_user", "password", bob, password=GOOD, reason="lost it")
    bob.refresh_from_db()
    assert (bob.is_staff, bob.is_superuser, bob.email) == (True, False, "bob@example.com")
    assert bob.check_password(GOOD)
    kept = list(AuditEntry.objects.order_by("pk").values_list("action", "before", "after"))
    assert kept == [
        ("person.rights", {"rights": "person"}, {"rights": "staff"}),
        ("person.change", {"email": None}, {"email": "bob@example.com"}),
        ("person.password", {}, {}),
    ]
    User.objects.filter(pk=olga.pk).update(email="olga@example.com")
    taken = press(desk, "accounts_user", "details", bob, email="OLGA@example.com", reason="x")
    assert "Somebody else has this address." in said(taken)
    assert AuditEntry.objects.count() == 3


def test_the_second_factor_of_somebody_who_lost_it(desk, olga, bob):
    none = press(desk, "accounts_user", "second_factor", bob, reason="lost")
    assert "has no second factor" in said(none)
    SecondFactor.objects.create(user=bob, sealed="x", confirmed_at=timezone.now())
    press(desk, "accounts_user", "second_factor", bob, reason="lost the telephone")
    assert not SecondFactor.objects.exists()
    assert (entry().action, entry().reason) == ("second_factor.reset", "lost the telephone")


def test_a_person_is_made(desk, workspace, root):
    told = {"username": "carl", "email": "carl@example.com", "password": GOOD}
    assert desk.post("/admin/accounts/user/add/", told).status_code == 200
    assert desk.post("/admin/accounts/user/add/", {**told, "reason": "new"}).status_code == 302
    carl = User.objects.get(username="carl")
    assert carl.check_password(GOOD)
    assert (carl.is_staff, carl.is_superuser) == (False, False)
    assert (entry().action, entry().workspace, entry().user) == ("person.make", workspace, root)
    again = desk.post("/admin/accounts/user/add/", {**told, "reason": "new"})
    assert "This name is taken." in again.content.decode()
    assert (User.objects.count(), AuditEntry.objects.count()) == (2, 1)


def test_a_workspace_is_made_with_its_owner(desk, root):
    told = {"name": "West", "slug": "west", "time_zone": "UTC", "owner": "nobody", "reason": "won"}
    refused = desk.post("/admin/accounts/workspace/add/", told)
    assert "Nobody has this user name." in refused.content.decode()
    zone = desk.post("/admin/accounts/workspace/add/", {**told, "owner": "root", "time_zone": "x"})
    assert "Write a time zone" in zone.content.decode()
    assert not Workspace.objects.exists()
    desk.post("/admin/accounts/workspace/add/", {**told, "owner": "root"})
    made = Workspace.objects.get()
    assert Membership.objects.get(workspace=made).role == Role.OWNER
    assert (entry().action, entry().after["owner"]) == ("workspace.make", f"user:{root.pk}")


def key_ask(workspace, **more):
    told = {"workspace": workspace.pk, "mode": "live", "name": "Edit suite", "days": 30}
    return {**told, "scopes": ["jobs:read", "jobs:write"], "reason": "new machine", **more}


def test_a_new_key_is_shown_once(desk, workspace, root):
    response = desk.post("/admin/accounts/apikey/add/", key_ask(workspace))
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    (text,) = re.findall(r'id="new-key">(aiv_live_\w+)<', response.content.decode())
    row = ApiKey.objects.get()
    assert check_key(text, ip=None).scopes == {"jobs:read", "jobs:write"}
    assert (row.name, row.created_by_id) == ("Edit suite", root.pk)
    assert row.expires_at - timezone.now() < timedelta(days=30)
    assert (entry().action, entry().reason, entry().ip) == (
        "api_key.make",
        "new machine",
        "127.0.0.1",
    )
    for address in (list_url("accounts_apikey"), record_url(row)):
        shown = desk.get(address).content.decode()
        assert text not in shown
        assert row.secret_hash not in shown
        assert row.prefix in shown


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"days": 366}, "less than or equal to 365"),
        ({"reason": ""}, "Say why. Nothing was made."),
        ({"scopes": []}, "This field is required"),
    ],
)
def test_a_wrong_key_is_refused(desk, workspace, wrong, words):
    response = desk.post("/admin/accounts/apikey/add/", key_ask(workspace, **wrong))
    assert words in response.content.decode()
    assert (ApiKey.objects.count(), AuditEntry.objects.count()) == (0, 0)


def test_revoking_a_key(desk, workspace, olga, root):
    key, _ = make_key(workspace, mode=Mode.TEST, name="Robot", created_by=olga)
    press(desk, "accounts_apikey", "revoke", key, reason="laptop stolen")
    key.refresh_from_db()
    assert key.revoked_reason == "laptop stolen"
    assert AuditEntry.objects.get(action="api_key.revoke").user == root
    assert "revoked before" in said(press(desk, "accounts_apikey", "revoke", key, reason="x"))


def test_history_is_of_this_row_alone(desk, workspace, olga, bob):
    User.objects.create_user("ten", password="x", pk=bob.pk * 10)
    ten = User.objects.get(pk=bob.pk * 10)
    for who in (bob, ten):
        press(desk, "accounts_user", "rights", who, rights="staff", reason=f"of {who}")
    answer = desk.get(f"/admin/accounts/user/{bob.pk}/history/", follow=True)
    assert [row.reason for row in answer.context["cl"].result_list] == ["of bob"]


@pytest.mark.parametrize("table", ["user", "membership", "workspace", "apikey"])
def test_people_are_for_superusers(workspace, olga, table):
    manager = staff_of(workspace, role=Role.OWNER, name="mia")
    assert manager.get(f"/admin/accounts/{table}/").status_code == 403
    assert manager.get(f"/admin/accounts/{table}/csv/").status_code == 302
    assert manager.post(f"/admin/accounts/{table}/add/", {"reason": "x"}).status_code == 403
    press(manager, f"accounts_{table}", "switch_off", olga, reason="x")
    olga.refresh_from_db()
    assert olga.is_active
    outsider = Client()
    outsider.force_login(olga)
    assert outsider.get(f"/admin/accounts/{table}/").status_code == 302
