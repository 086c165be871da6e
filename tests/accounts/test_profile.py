"""Oneself: words and times, a confirmed address, sessions, and a forgotten password."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts import letters
from accounts.models import AuditEntry, Device, Letter, User

from .conftest import PASSWORD

SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1"
TYPED = {
    "first_name": "Olga",
    "last_name": "Nová",
    "time_zone": "Europe/Prague",
    "mail_choice": "now",
    "heard": ["job_failed"],
}


@pytest.fixture
def desk(owner):
    return signed_in(Client())


def signed_in(client, **more):
    client.post("/login/", {"username": "olga", "password": PASSWORD}, **more)
    return client


def link():
    letters.send_due()
    return re.search(r"http://127.0.0.1:\d+(/\S+)", mail.outbox[-1].body)[1]


def test_a_profile_is_kept(desk, owner):
    assert desk.post("/profile/change/", TYPED)["Location"] == "/profile/"
    owner.refresh_from_db()
    assert (owner.get_full_name(), owner.time_zone) == ("Olga Nová", "Europe/Prague")
    assert owner.mail_choice == "now"
    assert "job_failed" not in owner.muted
    assert "budget" in owner.muted


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"time_zone": "Mars/Olympus"}, "Choose a time zone from the list"),
        ({"mail_choice": "hourly"}, "Choose one of these."),
        ({"first_name": "x" * 151}, "At most 150 characters."),
    ],
)
def test_a_wrong_profile_keeps_nothing(desk, owner, typed, words):
    answer = desk.post("/profile/change/", {**TYPED, **typed})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    owner.refresh_from_db()
    assert (owner.last_name, owner.time_zone) == ("", "UTC")


def test_an_address_counts_once_its_link_is_opened_by_its_person(desk, owner, workspace):
    User.objects.filter(pk=owner.pk).update(email="old@example.com")
    desk.post("/profile/address/", {"email": "New@example.com"})
    path = link()
    assert mail.outbox[0].to == ["new@example.com"]
    assert path.split("/")[3] not in Letter.objects.get().body
    eve = User.objects.create_user("eve", password=PASSWORD)
    thief = Client()
    thief.force_login(eve)
    thief.get(path)
    owner.refresh_from_db()
    assert owner.email == "old@example.com"
    desk.get(path)
    owner.refresh_from_db()
    assert owner.email == "new@example.com"
    assert AuditEntry.objects.get().action == "email.change"
    letters.send_due()
    assert (mail.outbox[1].to, mail.outbox[1].subject) == (
        ["old@example.com"],
        "Your address was changed",
    )
    assert "no longer good" in desk.get(path, follow=True).content.decode()


def test_an_address_of_somebody_else_is_not_told_and_not_taken(desk, owner):
    User.objects.create_user("eve", email="eve@example.com", password=PASSWORD)
    assert desk.post("/profile/address/", {"email": "eve@example.com"}).status_code == 302
    assert "no longer good" in desk.get(link(), follow=True).content.decode()
    owner.refresh_from_db()
    assert owner.email is None


def test_sessions_are_listed_and_ended_elsewhere(desk, owner):
    phone = signed_in(Client(), HTTP_USER_AGENT=SAFARI)
    unlisted = Client()
    unlisted.force_login(owner)
    page = desk.get("/profile/").content.decode()
    assert "Safari on iPhone" in page
    assert page.count("(here)") == 1
    assert desk.post("/profile/sessions/end/").status_code == 302
    assert desk.get("/profile/").status_code == 200
    assert phone.get("/profile/").status_code == 302
    assert unlisted.get("/profile/").status_code == 302
    assert Device.objects.get().session_key == desk.session.session_key
    assert AuditEntry.objects.get().action == "sessions.end"


def test_being_there_is_noted_every_five_minutes(desk, owner):
    owner.refresh_from_db()
    begun = owner.last_seen_at
    desk.get("/profile/")
    owner.refresh_from_db()
    assert owner.last_seen_at == begun
    with time_machine.travel(timezone.now() + timedelta(minutes=6), tick=False):
        desk.get("/profile/")
        owner.refresh_from_db()
        assert owner.last_seen_at == timezone.now()
        assert Device.objects.get().seen_at == timezone.now()


def test_a_forgotten_password_is_made_anew_by_mail(client, desk, owner):
    User.objects.filter(pk=owner.pk).update(email="olga@example.com")
    known = client.post("/login/forgotten/", {"email": "OLGA@example.com"})
    unknown = client.post("/login/forgotten/", {"email": "nobody@example.com"})
    same = [re.sub(r'value="[^"]*"', "", one.content.decode()) for one in (known, unknown)]
    assert same[0] == same[1]
    path = link()
    assert Letter.objects.count() == 1
    form = client.get(path)["Location"]
    fresh = "a much longer sentence"
    done = client.post(form, {"new_password1": fresh, "new_password2": fresh})
    assert done["Location"] == "/login/"
    owner.refresh_from_db()
    assert owner.check_password(fresh)
    assert desk.get("/profile/").status_code == 302
    assert "no longer good" in Client().get(path, follow=True).content.decode()


def test_asking_for_links_has_a_pace(client, owner):
    User.objects.filter(pk=owner.pk).update(email="olga@example.com")
    for _ in range(20):
        assert client.post("/login/forgotten/", {"email": "olga@example.com"}).status_code == 200
    late = client.post("/login/forgotten/", {"email": "olga@example.com"})
    assert (late.status_code, late["Retry-After"]) == (429, "3600")
    assert Letter.objects.count() == 3
