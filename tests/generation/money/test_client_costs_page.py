"""The page of a client's costs: what stands there, what lies behind it, and for whom."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership, Role, User, Workspace
from generation import centres
from generation.models import CostCentre, LedgerLine
from generation.money import days_over
from tests.generation.money.budgets_by_hand import budget_of
from tests.generation.money.unanswered import ALL_BILLS, lost

pytestmark = pytest.mark.django_db
DAYS = {"first": "2026-10-01", "last": "2026-10-31"}


@pytest.fixture
def acme(books) -> CostCentre:
    return books.clients["Acme"]


def text(response) -> str:
    return response.content.decode()


def test_the_page(browser, books, acme):
    said = text(browser.get(f"/clients/{acme.uid}/costs/", DAYS))
    for words in (
        *("$2.11", "27 s in 5 clips", "These days are over", "None for these days"),
        *(ALL_BILLS, "$5.00", "$2.89", "57.8 %", "Not known yet", "To be paid: $5.00."),
    ):
        assert words in said, words
    autumn = books.campaigns["Autumn"].uid
    for link in (
        f"/ledger/?centre={autumn}&amp;month=2026-10",
        f"/ledger/?centre={acme.uid}&amp;model=sora-2&amp;month=2026-10",
        f"/ledger/?centre={acme.uid}&amp;person=ann&amp;month=2026-10",
        f"/ledger/?centre={acme.uid}&amp;api_key=Robot&amp;month=2026-10",
        f"/jobs/?state=failed&amp;client={acme.uid}",
        f"/clients/{acme.uid}/statement.pdf?month=2026-10",
        "/reconciliation/?month=2026-10",
    ):
        assert f'href="{link}"' in said, link
    # The chart reads the table: nothing is spent before the 1st at 00:32, and $2.11 at the end.
    assert '<tr data-day="2026-10-01"><th scope="row">Thu 1 Oct</th>' in said
    assert 'data-value="2110000">$2.11</td>' in said
    assert "style=" not in said.split('id="main"')[1]
    # The lines behind a row add up to it.
    behind = text(browser.get("/ledger/", {"centre": autumn, "month": "2026-10"}))
    assert "$0.95" in behind  # A1 is of September by the bills' days
    wrong = browser.get(
        f"/clients/{acme.uid}/costs/", {"first": "2026-12-02", "last": "2026-12-01"}
    )
    assert (wrong.status_code, "comes after the last one" in text(wrong)) == (422, True)


def test_a_client_without_a_job_is_told_as_such(browser, access):
    empty = centres.open_client(access, name="Quiet")
    said = text(browser.get(f"/clients/{empty.uid}/costs/"))
    assert "Nothing was spent in these days" in said
    assert "No clips were asked for and none delivered." in said


def test_the_ways_to_the_report(browser, books, acme):
    browser.get("/clients/")
    report = f"/clients/{acme.uid}/costs/"
    assert report in text(browser.get(f"/clients/{acme.uid}/"))
    rows = text(browser.get("/costs/", {**DAYS, "by": "client"}))
    assert f"{report}?first=2026-10-01&amp;last=2026-10-31" in rows
    browser.post("/client/", {"client": acme.uid, "next": "/"})
    assert report in text(browser.get("/client/choices/"))
    budget_of(books.access, kind="centre", cost_centre=acme)
    assert report in text(browser.get("/client/meter/"))


def test_who_sees_no_statement_sees_nothing_billed(browser, books, acme, monkeypatch):
    from accounts import permissions

    def without(name: str) -> None:
        table = {**permissions.PERMISSIONS}
        row = table[name]
        table[name] = type(row)(roles=frozenset(), words=row.words, scope=row.scope)
        monkeypatch.setattr("accounts.access.PERMISSIONS", table)

    without("campaigns:read")
    said = text(browser.get(f"/clients/{acme.uid}/costs/", DAYS))
    assert "$2.11" in said
    for words in ("$5.00", "$2.89", "57.8", "for us alone", "statement.pdf"):
        assert words not in said, words
    without("costs:read")
    assert browser.get(f"/clients/{acme.uid}/costs/", DAYS).status_code == 403


def test_a_stranger_s_page(books, acme):
    user = User.objects.create_user("eve")
    place = Workspace.objects.create(slug="south", name="South")
    Membership.objects.create(workspace=place, user=user, role=Role.OWNER)
    client = Client()
    client.force_login(user)
    assert client.get(f"/clients/{acme.uid}/costs/").status_code == 404


def test_queries_do_not_grow(browser, books, acme, django_assert_max_num_queries):
    days_over.sum_days_over()
    lines = LedgerLine.objects.count()
    for number in range(20):
        books.clip(
            f"more-{number}",
            "2026-10-11T09:00",
            books.campaigns["Autumn"],
            "draft",
            "pika",
        )
        lost(books)
    browser.get(f"/clients/{acme.uid}/costs/", DAYS)
    with django_assert_max_num_queries(50):
        browser.get(f"/clients/{acme.uid}/costs/", DAYS)
    assert LedgerLine.objects.count() == lines + 60


def test_a_year_asks_the_database_no_more_often_than_a_month(browser, books, acme):
    days_over.sum_days_over()
    page = f"/clients/{acme.uid}/costs/"

    def asked(first: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            browser.get(page, {"first": first, "last": "2026-10-31"})
        return len(queries)

    for first in ("2026-10-01", "2025-11-01"):
        asked(first)
    assert asked("2025-11-01") == asked("2026-10-01")


def test_a_cost_that_nobody_knows_is_never_told_as_nothing(browser, books, acme):
    lost(books)
    said = text(browser.get(f"/clients/{acme.uid}/costs/"))
    row = said.split(">Outcome unknown</a>")[1].split("</tr>")[0]
    assert "Not known yet" in row
    assert "$0.00" not in row
    assert "$0.10 held for an unknown outcome" in said
