"""The second factor: the standard's own figures, set up, asked for, lost and switched off."""

import base64
import re
import time
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts import qr, totp
from accounts.models import AuditEntry, Device, Knock, SecondFactor

from .conftest import PASSWORD

RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_the_standard(seconds, code):
    assert totp.code_at(RFC_SECRET, counter=seconds // 30) == code
    assert totp.counter_of(RFC_SECRET, code=code, at=seconds + 30) == seconds // 30
    assert totp.counter_of(RFC_SECRET, code=code, at=seconds + 90) is None


def test_the_picture_is_square_and_quiet_at_its_edge():
    picture = qr.draw(totp.address(RFC_SECRET, name="olga"))
    corners = re.findall(r"M(\d+) (\d+)h", picture.path)
    columns, rows = ({int(one[axis]) for one in corners} for axis in (0, 1))
    assert (min(columns), min(rows)) == (4, 4)
    assert (max(columns), max(rows)) == (picture.size - 5, picture.size - 5)


@pytest.fixture
def desk(owner):
    client = Client()
    client.force_login(owner)
    return client


def code_now(secret, *, later=0):
    return totp.code_at(secret, counter=int(time.time()) // 30 + later)


@pytest.fixture
def enrolled(desk):
    """(secret, recovery codes) of olga."""
    page = desk.get("/second-factor/").content.decode()
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page)[1].replace(" ", "")
    answer = desk.post("/second-factor/", {"code": code_now(secret, later=-1)})
    assert "no-store" in answer["Cache-Control"]
    codes = re.findall(r"<li><code>([\w-]+)</code></li>", answer.content.decode())
    assert len(codes) == 10
    return secret, codes


def half(client):
    data = {"username": "olga", "password": PASSWORD, "next": "/profile/"}
    answer = client.post("/login/", data)
    assert (answer.status_code, answer["Location"]) == (302, "/login/code/")
    assert "_auth_user_id" not in client.session
    return client


def test_a_wrong_first_code_switches_nothing_on(desk, owner):
    desk.get("/second-factor/")
    answer = desk.post("/second-factor/", {"code": "000000"})
    assert answer.status_code == 422
    assert SecondFactor.objects.get().confirmed_at is None
    assert Client().post("/login/", {"username": "olga", "password": PASSWORD})["Location"] == "/"


def test_sign_in_asks_for_the_code_and_takes_each_once(enrolled, client, owner):
    secret, _ = enrolled
    assert secret not in SecondFactor.objects.get().sealed
    half(client)
    assert client.get("/profile/").status_code == 302
    code = code_now(secret)
    answer = client.post("/login/code/", {"code": f" {code[:3]} {code[3:]} "})
    assert answer["Location"] == "/profile/"
    assert client.session["_auth_user_id"] == str(owner.pk)
    assert Device.objects.get().user_id == owner.pk
    again = half(Client())
    assert "does not match" in again.post("/login/code/", {"code": code}).content.decode()
    assert "_auth_user_id" not in again.session
    assert [row.action for row in AuditEntry.objects.all()] == ["second_factor.on"]


def test_recovery_codes_open_once(enrolled):
    _, codes = enrolled
    assert half(Client()).post("/login/code/", {"code": codes[3].upper()}).status_code == 302
    assert half(Client()).post("/login/code/", {"code": codes[3]}).status_code == 200
    assert len(SecondFactor.objects.get().recovery_hashes) == 9
    assert codes[0].replace("-", "") not in str(SecondFactor.objects.get().recovery_hashes)


def test_ten_wrong_codes_close_the_second_step_from_everywhere(enrolled):
    secret, _ = enrolled
    for number in range(10):
        client = half(Client())
        answer = client.post("/login/code/", {"code": "abcdef"}, REMOTE_ADDR=f"10.0.0.{number}")
        assert answer.status_code == 200
    shut = half(Client()).post("/login/code/", {"code": code_now(secret)})
    assert shut.status_code == 429
    assert "Too many wrong codes. Wait 15 minutes" in shut.content.decode()
    assert Knock.objects.count() == 10
    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False):
        late = half(Client()).post("/login/code/", {"code": code_now(secret)})
        assert late.status_code == 302


def test_the_half_sign_in_ends(enrolled, client, owner):
    secret, _ = enrolled
    assert client.get("/login/code/")["Location"] == "/login/"
    half(client)
    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=False):
        late = client.post("/login/code/", {"code": code_now(secret)})
        assert late["Location"] == "/login/"
    half(client)
    owner.set_password("another good sentence")
    owner.save()
    assert client.post("/login/code/", {"code": code_now(secret)})["Location"] == "/login/"


def test_a_wrong_password_is_still_counted_before_the_code(enrolled):
    client = Client()
    for _ in range(10):
        client.post("/login/", {"username": "olga", "password": "wrong"})
    assert client.post("/login/", {"username": "olga", "password": PASSWORD}).status_code == 429


def test_switching_off_and_new_codes_want_the_password(enrolled, desk):
    _, codes = enrolled
    for path in ("/second-factor/off/", "/second-factor/codes/"):
        answer = desk.post(path, {"password": "wrong"})
        assert (answer.status_code, "not your password" in answer.content.decode()) == (422, True)
    assert len(SecondFactor.objects.get().recovery_hashes) == 10
    fresh = desk.post("/second-factor/codes/", {"password": PASSWORD}).content.decode()
    assert codes[0] not in fresh
    assert half(Client()).post("/login/code/", {"code": codes[0]}).status_code == 200
    desk.post("/second-factor/off/", {"password": PASSWORD})
    assert SecondFactor.objects.count() == 0
    assert Client().post("/login/", {"username": "olga", "password": PASSWORD})["Location"] == "/"
    assert [row.action for row in AuditEntry.objects.order_by("pk")] == [
        "second_factor.on",
        "second_factor.recovery",
        "second_factor.off",
    ]
