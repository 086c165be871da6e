"""Issuing statements through the API and the page: who may, what is refused, what stays."""

import hashlib

import pytest
from django.test import Client

from accounts.models import Membership, Mode, Role, User, Workspace
from generation.models import IssuedStatement
from generation.money.closing import close
from tests.generation.api.conftest import Caller, make_caller, only_error
from tests.generation.money.golden import AFTERWARDS, OCTOBER, Books, at_time, golden_month

pytestmark = pytest.mark.django_db
REASON = "the bills are a matter of another test"


@pytest.fixture
def books(access, shop) -> Books:
    with at_time(AFTERWARDS):
        made = golden_month(access)
        close(access, month=OCTOBER, override_reason=REASON)
        yield made


@pytest.fixture
def caller(books, workspace, owner) -> Caller:
    return make_caller(workspace, owner)


@pytest.fixture
def acme(books) -> str:
    return f"/api/clients/{books.clients['Acme'].uid}"


def post(browser: Client, path: str, body: dict, **headers: str):
    return browser.post(path, body, content_type="application/json", headers=headers)


def text(response) -> str:
    return response.content.decode()


def test_issue_and_read_again(acme, browser, caller):
    assert browser.get(f"{acme}/statement?month=2026-10").json()["state"] == "draft"
    body = {"month": "2026-10"}
    made = post(browser, f"{acme}/statements", body, **{"Idempotency-Key": "k1"})
    again = post(browser, f"{acme}/statements", body, **{"Idempotency-Key": "k1"})
    assert (made.status_code, again.json(), again["Idempotent-Replayed"]) == (
        *(201, made.json(), "true"),
    )
    told = made.json()
    assert (told["number"], told["state"], told["total"], told["margin"]) == (
        *("2026-0001", "issued", 5.0, None),
    )
    assert (told["issued_on"], told["issued_by"], told["letterhead"]) == (
        *("2026-11-23", "ann", "Acme Agency"),
    )
    assert len(told["rate_cards"]) == 2
    assert caller.get("statements/2026-0001").json() == told
    month = browser.get(f"{acme}/statement?month=2026-10").json()
    assert (month["number"], month["margin"]["margin"]) == ("2026-0001", 2.89)
    for ending in ("csv", "pdf"):
        file = browser.get(told[ending]["url"])
        assert hashlib.sha256(file.content).hexdigest() == told[ending]["sha256"]
        assert browser.get(f"{acme}/statement.{ending}?month=2026-10").content == file.content
        assert f"statement-2026-0001-acme-2026-10.{ending}" in file["Content-Disposition"]
    [listed] = browser.get(f"{acme}/statements").json()["results"]
    assert (listed["number"], listed["pdf"]) == ("2026-0001", told["pdf"])


@pytest.mark.parametrize(
    ("body", "attr", "code"),
    [
        ({"month": "2026-11"}, "month", "open"),
        ({"month": "2026-13"}, "month", "invalid"),
        ({"month": ""}, "month", "invalid"),
        ({"month": "2026-10", "kind": "correction"}, "month", "not_issued"),
        ({"month": "2026-10", "kind": "gift"}, "kind", "invalid_choice"),
        ({"month": "2026-10", "total": 7}, "total", "unknown_field"),
    ],
)
def test_refused_and_nothing_issued(acme, browser, body, attr, code):
    answer = post(browser, f"{acme}/statements", body)
    assert only_error(answer)[:3] == (400, code, attr)
    assert IssuedStatement.objects.count() == 0


def test_a_key_and_a_creator_may_not(acme, caller, workspace):
    path = acme.removeprefix("/api/")
    assert caller.post(f"{path}/statements", {"month": "2026-10"}).status_code == 403
    user = User.objects.create_user("cleo")
    Membership.objects.create(workspace=workspace, user=user, role=Role.CREATOR)
    creator = Client()
    creator.force_login(user)
    assert post(creator, f"{acme}/statements", {"month": "2026-10"}).status_code == 403
    assert creator.post(f"{acme[4:]}/statement/issue/", {"month": "2026-10"}).status_code == 403
    assert IssuedStatement.objects.count() == 0


def test_elsewhere_there_is_no_such_statement(acme, browser, workspace, owner):
    post(browser, f"{acme}/statements", {"month": "2026-10"})
    stranger = make_caller(Workspace.objects.create(slug="south", name="South"), owner)
    live = make_caller(workspace, owner, mode=Mode.LIVE)
    paths = ("", ".csv", ".pdf")
    for one in (stranger, live):
        assert [one.get(f"statements/2026-0001{end}").status_code for end in paths] == [404] * 3
        assert one.get(f"{acme[5:]}/statements").status_code == 404


def test_the_list_asks_as_often_for_two_as_for_one(
    books, acme, browser, django_assert_max_num_queries
):
    post(browser, f"{acme}/statements", {"month": "2026-10"})
    with django_assert_max_num_queries(40) as one:
        browser.get(f"{acme}/statements")
    for number in range(2, 5):
        first = IssuedStatement.objects.get(number="2026-0001")
        copy = {f.attname: getattr(first, f.attname) for f in first._meta.concrete_fields}
        copy |= {"id": None, "number": f"2026-{number:04d}", "serial": number}
        copy |= {"kind": "correction", "corrects_id": first.pk}
        paper = IssuedStatement.objects.create(**copy)
        for file in first.files.all():
            paper.files.create(
                workspace_id=paper.workspace_id,
                mode=paper.mode,
                ending=file.ending,
                content=b"",
                sha256="0" * 64,
            )
    with django_assert_max_num_queries(40) as four:
        listed = browser.get(f"{acme}/statements").json()["results"]
    assert (len(listed), len(four)) == (4, len(one))
    assert len(browser.get(f"{acme}/statements?limit=3").json()["results"]) == 3


def test_the_page_issues_once_and_shows_it(books, browser):
    path = f"/clients/{books.clients['Acme'].uid}/statement/"
    said = text(browser.get(path, {"month": "2026-10"}))
    assert "Issue the statement · $5.00" in said
    form = {"month": "2026-10", "kind": "statement", "token": "t1"}
    for _ in range(2):  # pressed twice
        assert browser.post(f"{path}issue/", form).status_code == 302
    said = text(browser.get(path, {"month": "2026-10"}))
    for words in ("Issued as 2026-0001", "23 November 2026 by ann", "/statements/2026-0001.pdf"):
        assert words in said, words
    assert "Issue the statement" not in said
    twice = browser.post(f"{path}issue/", {**form, "token": "t2"})
    assert twice.status_code == 422
    assert "October 2026 was issued already, as 2026-0001." in text(twice)
    assert browser.get("/statements/2026-0001.pdf").content.startswith(b"%PDF-")
    assert browser.get("/statements/2026-0009.pdf").status_code == 404
    open_month = text(browser.get(path, {"month": "2026-11"}))
    assert "November 2026 is still open. Close it first" in open_month
    assert "Issue the statement" not in open_month
