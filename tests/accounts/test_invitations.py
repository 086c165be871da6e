"""Inviting, sending again, taking back, and joining by the link of the mail."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts import letters
from accounts.models import (
    AuditEntry,
    Invitation,
    Letter,
    Membership,
    Notification,
    Role,
    User,
)

from .conftest import PASSWORD

FRESH = "a much longer sentence"
OVER = "This invitation is no longer good."


@pytest.fixture
def desk(owner):
    client = Client()
    client.force_login(owner)
    return client


def invite(desk, *, email="ada@example.com", role="creator"):
    return desk.post("/members/invite/", {"email": email, "role": role})


def link():
    """The path of the newest mail's link."""
    letters.send_due()
    return re.search(r"http://127.0.0.1:\d+(/\S+)", mail.outbox[-1].body)[1]


def test_an_invited_newcomer_joins(desk, owner, workspace, client):
    assert invite(desk)["Location"] == "/members/"
    sent = Letter.objects.get()
    path = link()
    assert mail.outbox[0].to == ["ada@example.com"]
    assert mail.outbox[0].subject == "olga invites you to North"
    token = path.split("/")[2]
    assert token not in sent.body + Invitation.objects.get().token_hash
    page = client.get(path)
    assert "Join North" in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    answer = client.post(path, {"username": "ada", "password": FRESH})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    ada = User.objects.get(username="ada")
    assert (ada.email, ada.check_password(FRESH)) == ("ada@example.com", True)
    assert Membership.objects.get(user=ada).role == Role.CREATOR
    assert client.session["_auth_user_id"] == str(ada.pk)
    told = Notification.objects.get()
    assert (told.user_id, told.words, told.mode) == (owner.pk, "ada has joined as creator.", "")
    entries = AuditEntry.objects.values_list("action", "user_id")
    assert list(entries) == [("invitation.make", owner.pk), ("invitation.accept", ada.pk)]
    assert Client().get(path).status_code == 404
    assert OVER in Client().post(path, {"username": "eve", "password": FRESH}).content.decode()
    assert User.objects.count() == 2


def test_a_signed_in_person_joins_with_one_press(desk, other, client):
    bob = User.objects.create_user("bob", password=PASSWORD)
    Membership.objects.create(workspace=other, user=bob, role=Role.OWNER)
    invite(desk, role="viewer")
    path = link()
    client.force_login(bob)
    assert "Join as bob" in client.get(path).content.decode()
    assert client.post(path).status_code == 302
    assert Membership.objects.get(user=bob, workspace__slug="north").role == Role.VIEWER
    assert client.session["workspace_id"] != other.pk
    assert client.session["mode"] == "test"


def test_a_member_uses_up_nothing(desk, owner):
    invite(desk)
    path = link()
    assert "a member already" in desk.get(path).content.decode()
    assert desk.post(path).status_code == 422
    assert Invitation.objects.get().accepted_at is None


def test_who_has_an_account_is_sent_to_sign_in(desk, client):
    User.objects.create_user("ada", email="Ada@example.com", password=PASSWORD)
    invite(desk)
    assert "Sign in with it" in client.get(link()).content.decode()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"username": "olga", "password": FRESH}, "This name is taken."),
        ({"username": "", "password": FRESH}, "This field cannot be blank."),
        ({"username": "ada", "password": "short"}, "at least 12 characters"),
    ],
)
def test_a_newcomer_is_told_what_is_wrong_and_nobody_is_made(desk, client, typed, words):
    invite(desk)
    path = link()
    answer = client.post(path, typed)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert User.objects.count() == 1
    assert Invitation.objects.get().accepted_at is None


def test_links_end_after_a_week_when_revoked_and_when_sent_again(desk, client):
    invite(desk)
    first, row = link(), Invitation.objects.get()
    with time_machine.travel(timezone.now() + timedelta(days=7, seconds=5), tick=False):
        assert client.get(first).status_code == 404
    desk.post(f"/members/invitations/{row.uid}/again/")
    second = link()
    assert second != first
    assert (client.get(first).status_code, client.get(second).status_code) == (404, 200)
    desk.post(f"/members/invitations/{row.uid}/revoke/")
    assert client.get(second).status_code == 404
    assert desk.post(f"/members/invitations/{row.uid}/again/").status_code == 404
    actions = list(AuditEntry.objects.values_list("action", flat=True))
    assert actions == ["invitation.make", "invitation.send_again", "invitation.revoke"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"email": "nonsense"}, "Write a whole mail address"),
        ({"email": "OLGA@example.com"}, "is a member already"),
        ({"role": "king"}, "Choose one of owner"),
    ],
)
def test_a_wrong_invitation_writes_nothing(desk, owner, typed, words):
    User.objects.filter(pk=owner.pk).update(email="olga@example.com")
    answer = invite(desk, **typed)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert (Invitation.objects.count(), Letter.objects.count()) == (0, 0)
    assert AuditEntry.objects.count() == 0


def test_one_address_is_invited_once_at_a_time(desk):
    invite(desk)
    assert "is invited already" in invite(desk, email=" ADA@example.com").content.decode()
    assert (Invitation.objects.count(), Letter.objects.count()) == (1, 1)


def test_whether_an_address_has_an_account_is_not_told(desk):
    User.objects.create_user("zoe", email="zoe@example.com", password=PASSWORD)
    known = invite(desk, email="zoe@example.com")
    unknown = invite(desk, email="nobody@example.com")
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])


def test_inviting_has_a_pace(desk):
    for number in range(40):
        assert invite(desk, email=f"p{number}@example.com").status_code == 302
    assert "Many were invited lately." in invite(desk, email="late@example.com").content.decode()
    assert Invitation.objects.count() == 40


def test_only_owners_see_members(workspace, other, owner):
    bob = User.objects.create_user("bob", password=PASSWORD)
    place = Membership.objects.create(workspace=workspace, user=bob, role=Role.MANAGER)
    client = Client()
    client.force_login(bob)
    assert client.get("/members/").status_code == 403
    assert invite(client).status_code == 403
    Membership.objects.filter(pk=place.pk).update(role=Role.OWNER, workspace=other)
    row = Invitation.objects.create(
        workspace=workspace,
        email="ada@example.com",
        role=Role.OWNER,
        token_hash="x",
        invited_by=owner,
        expires_at=timezone.now(),
    )
    assert client.post(f"/members/invitations/{row.uid}/revoke/").status_code == 404
    assert client.post(f"/members/{owner.pk}/remove/").status_code == 404
    assert Membership.objects.filter(user=owner).exists()
