"""Rows for people, the bell, and mail as each has chosen."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts import digests, letters, notifications
from accounts.models import Letter, Membership, Notification, Role, User

from .conftest import PASSWORD


@pytest.fixture
def desk(owner):
    client = Client()
    client.force_login(owner)
    return client


def tell(owner, workspace, words="Your batch has finished.", **more):
    given = {"mode": "test", "kind": "batch_finished", "link": "/batches/b1/", **more}
    return notifications.write([owner.pk], workspace_id=workspace.pk, words=words, **given)


def test_the_bell_counts_what_is_unread_here(desk, owner, workspace, other):
    assert desk.get("/notifications/bell/").content.strip() == b""
    tell(owner, workspace)
    tell(owner, workspace, mode="")
    tell(owner, workspace, mode="live")
    tell(owner, other)
    assert ">2</span>" in desk.get("/notifications/bell/").content.decode()
    assert desk.get("/notifications/sheet/").content.decode().count("note-words") == 2
    desk.post("/mode/", {"mode": "live"})
    assert desk.get("/notifications/").content.decode().count("note-words") == 2


def test_following_one_reads_it_and_nobody_elses(desk, owner, workspace):
    bob = User.objects.create_user("bob", password=PASSWORD)
    Membership.objects.create(workspace=workspace, user=bob, role=Role.VIEWER)
    tell(bob, workspace)
    tell(owner, workspace)
    theirs, own = Notification.objects.order_by("pk")
    assert desk.post(f"/notifications/{theirs.pk}/")["Location"] == "/notifications/"
    assert desk.post(f"/notifications/{own.pk}/")["Location"] == "/batches/b1/"
    assert list(Notification.objects.filter(read_at=None)) == [theirs]


def test_marking_all_spares_what_came_since(desk, owner, workspace):
    tell(owner, workspace)
    seen = Notification.objects.get()
    tell(owner, workspace, "A newer one.")
    desk.post("/notifications/read/", {"up_to": str(seen.pk)})
    assert Notification.objects.get(read_at=None).words == "A newer one."
    assert "A newer one." in desk.get("/notifications/?unread=yes").content.decode()


def test_pages_follow_one_another(desk, owner, workspace, django_assert_max_num_queries):
    for number in range(35):
        tell(owner, workspace, f"Number {number:02}.")
    with django_assert_max_num_queries(4):
        first = desk.get("/notifications/").content.decode()
    assert first.count("note-words") == 30
    oldest = Notification.objects.order_by("-pk")[29].pk
    assert f"before={oldest}" in first
    second = desk.get(f"/notifications/?before={oldest}").content.decode()
    assert second.count("note-words") == 5
    assert "Number 04." in second
    assert "Number 05." not in second
    assert desk.get("/notifications/?before=nonsense").status_code == 200


def test_mail_goes_out_as_chosen(owner, workspace):
    User.objects.filter(pk=owner.pk).update(email="olga@example.com", mail_choice="now")
    tell(owner, workspace, "One <failed>.")
    tell(owner, workspace, mail=False)
    assert letters.send_due() == 1
    assert mail.outbox[0].subject == "[Test] One <failed>."
    assert "/batches/b1/" in mail.outbox[0].body
    User.objects.filter(pk=owner.pk).update(mail_choice="never")
    tell(owner, workspace)
    assert Letter.objects.count() == 1
    User.objects.filter(pk=owner.pk).update(muted=["batch_finished"])
    assert tell(owner, workspace) == 0


def test_the_daily_mail_comes_once_a_day_with_what_is_unread(desk, owner, workspace):
    User.objects.filter(pk=owner.pk).update(email="olga@example.com")
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        tell(owner, workspace, "First.")
        tell(owner, workspace, "Second.")
        assert (digests.write_due(), digests.write_due()) == (1, 0)
        tell(owner, workspace, "Third.")
        clock.move_to(start + timedelta(hours=23))
        assert digests.write_due() == 0
        clock.move_to(start + timedelta(hours=24, seconds=1))
        assert digests.write_due() == 1
        tell(owner, workspace, "Fourth.")
        desk.post("/notifications/read/", {"up_to": str(Notification.objects.latest("pk").pk)})
        clock.move_to(start + timedelta(hours=50))
        assert digests.write_due() == 0
        assert letters.send_due() == 2
    assert [message.subject for message in mail.outbox] == ["2 notifications", "One notification"]
    assert mail.outbox[0].body.index("Second.") < mail.outbox[0].body.index("First.")


def test_a_mail_server_that_is_away_is_tried_again(owner, monkeypatch):
    letters.post(to="a@example.com", subject="One", body="one")
    letters.post(to="b@example.com", subject="Two", body="two")

    def away(*_args, **_more):
        raise OSError("no route")

    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        with monkeypatch.context() as patched:
            patched.setattr(letters, "send_mail", away)
            assert letters.send_due() == 0
        assert letters.send_due() == 1
        assert not letters.anything_due()
        clock.move_to(start + timedelta(seconds=61))
        assert letters.send_due() == 1
    assert [message.to for message in mail.outbox] == [["b@example.com"], ["a@example.com"]]
    assert Letter.objects.filter(sent_at=None).count() == 0
