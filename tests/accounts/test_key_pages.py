"""The API keys' page: made, shown once, followed by another, revoked, and warned of."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts import key_warnings, letters
from accounts.keys import KeyRefused, check_key, make_key
from accounts.models import ApiKey, AuditEntry, Membership, Mode, Notification, Role, User

from .conftest import PASSWORD


@pytest.fixture
def desk(owner):
    client = Client()
    client.force_login(owner)
    return client


def shown(answer):
    return re.search(r'id="new-key"[^>]*>(aiv_\w+)<', answer.content.decode())[1]


def test_a_key_is_made_for_the_mode_one_works_in_and_shown_once(desk, owner):
    desk.post("/mode/", {"mode": "live"})
    typed = {"name": " Edit  suite ", "days": "30", "scopes": ["jobs:read", "media:read"]}
    answer = desk.post("/keys/new/", typed)
    assert answer["Cache-Control"] == "no-store"
    text = shown(answer)
    access = check_key(text, ip=None)
    assert (access.mode, access.scopes) == (Mode.LIVE, {"jobs:read", "media:read"})
    row = ApiKey.objects.get()
    assert (row.name, row.created_by_id) == ("Edit suite", owner.pk)
    assert timedelta(days=29) < row.expires_at - timezone.now() <= timedelta(days=30)
    page = desk.get("/keys/").content.decode()
    assert text not in page
    assert f"{row.prefix}…{row.last_four}" in page
    desk.post("/mode/", {"mode": "test"})
    assert row.prefix not in desk.get("/keys/").content.decode()
    assert desk.post(f"/keys/{row.pk}/revoke/").status_code == 404
    assert ApiKey.objects.get().revoked_at is None


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name": ""}, "Say what the key is for"),
        ({"scopes": []}, "Tick at least one."),
        ({"scopes": ["keys:write"]}, "Tick at least one."),
        ({"days": "4000"}, "Choose one of these."),
    ],
)
def test_a_wrong_form_makes_no_key(desk, typed, words):
    answer = desk.post("/keys/new/", {"name": "x", "days": "30", "scopes": ["jobs:read"], **typed})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert (ApiKey.objects.count(), AuditEntry.objects.count()) == (0, 0)


def test_a_successor_leaves_the_former_key_a_while(desk, key):
    row, former = key
    fresh = shown(desk.post(f"/keys/{row.pk}/rotate/", {"overlap_hours": "24"}))
    made = ApiKey.objects.latest("pk")
    assert (made.name, made.scopes) == (row.name, row.scopes)
    assert check_key(former, ip=None).api_key_id == row.pk
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        assert check_key(fresh, ip=None).api_key_id == made.pk
        with pytest.raises(KeyRefused):
            check_key(former, ip=None)
        assert desk.post(f"/keys/{row.pk}/rotate/").status_code == 422
    actions = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["api_key.make", "api_key.make", "api_key.rotate"]


def test_revoking(desk, key):
    row, text = key
    desk.post(f"/keys/{row.pk}/revoke/")
    with pytest.raises(KeyRefused):
        check_key(text, ip=None)
    assert "Keys that are over (1)" in desk.get("/keys/").content.decode()


def test_keys_are_for_owners(workspace, key):
    bob = User.objects.create_user("bob", password=PASSWORD)
    Membership.objects.create(workspace=workspace, user=bob, role=Role.MANAGER)
    client = Client()
    client.force_login(bob)
    assert client.get("/keys/").status_code == 403
    for path in ("/keys/new/", f"/keys/{key[0].pk}/rotate/", f"/keys/{key[0].pk}/revoke/"):
        assert client.post(path, {"name": "x"}).status_code == 403
    assert ApiKey.objects.get().revoked_at is None


def test_owners_are_warned_at_fourteen_seven_and_one_days(workspace, owner, key):
    User.objects.filter(pk=owner.pk).update(email="olga@example.com", mail_choice="now")
    ends = key[0].expires_at
    said = []
    for days in (20, 13.9, 13, 6.9, 2, 0.9, 0.5):
        with time_machine.travel(ends - timedelta(days=days), tick=False):
            said.append(key_warnings.warn_due())
    assert said == [0, 1, 0, 1, 0, 1, 0]
    words = list(Notification.objects.order_by("pk").values_list("words", flat=True))
    tail = f"(…{key[0].last_four}) expires"
    assert words == [
        f"The API key “Robot” {tail} in 14 days.",
        f"The API key “Robot” {tail} in 7 days.",
        f"The API key “Robot” {tail} within a day.",
    ]
    with time_machine.travel(ends, tick=False):
        assert letters.send_due() == 3
    assert mail.outbox[0].subject == f"[Test] {words[0]}"


def test_a_key_with_a_successor_is_not_warned_of(workspace, owner, key, access):
    make_key(
        workspace,
        mode=Mode.TEST,
        name="Robot",
        created_by=owner,
        expires_in=timedelta(days=300),
    )
    with time_machine.travel(key[0].expires_at - timedelta(days=5), tick=False):
        assert key_warnings.warn_due() == 0
    assert Notification.objects.count() == 0
