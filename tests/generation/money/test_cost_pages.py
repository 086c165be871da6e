"""The pages of costs, clients, statements and prices: what stands there, and for whom."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Membership, Role, User, Workspace
from generation.models import RateCard
from providers.models import Offer, PriceProposal, PriceRow
from tests.generation.money.golden import AFTERWARDS

pytestmark = pytest.mark.django_db
OCTOBER = {"first": "2026-10-01", "last": "2026-10-31"}


@pytest.fixture
def stranger(books) -> Client:
    user = User.objects.create_user("eve")
    place = Workspace.objects.create(slug="south", name="South")
    Membership.objects.create(workspace=place, user=user, role=Role.OWNER)
    client = Client()
    client.force_login(user)
    return client


def text(response) -> str:
    return response.content.decode()


def test_costs(books, browser):
    page = browser.get("/costs/", {**OCTOBER, "by": "tier"})
    assert page.status_code == 200
    said = text(page)
    for words in ("$4.66", "42 s in 7 clips", "$6.29", "Not known yet", "Europe/Berlin", "$0.45"):
        assert words in said, words
    assert 'data-day="2026-10-05"' in said
    assert 'data-value="2000000">$2.00</td>' in said  # what the chart is drawn from
    assert "style=" not in said
    assert "<script>" not in said


def test_a_year_is_told_by_weeks(books, browser):
    said = text(browser.get("/costs/", {"first": "2025-11-01", "last": "2026-10-31"}))
    rows = said.split('id="days-table"')[1].split("</table>")[0]
    assert ("By week" in said, "By day" in said, ">Jobs<" in rows) == (True, False, False)
    # Whole weeks from Monday on, the first and the last cut by the days that were asked for.
    assert rows.count("data-day=") == 53
    assert ">1 Nov 2025, 2 days<" in rows
    assert ">26 Oct 2026, 6 days<" in rows
    assert "$4.66" in rows.split("<tfoot>")[1]
    cents = [int(part.split('"')[0]) for part in rows.split('data-value="')[1:]]
    assert sum(cents) == 4_660_000


def test_a_replay_stands_in_the_address(books, browser):
    said = text(browser.get("/costs/", {**OCTOBER, "draft": "kling, pika, runway"}))
    assert "$4.77" in said
    assert "Would have cost more" in said
    wrong = browser.get("/costs/", {**OCTOBER, "draft": "veo"})
    assert wrong.status_code == 422
    assert "is not on sale" in text(wrong)


@pytest.mark.parametrize("query", [{"first": "x"}, {"first": "2026-10-02", "last": "2026-10-01"}])
def test_days_that_make_no_span_are_said(books, browser, query):
    assert browser.get("/costs/", query).status_code == 422


def test_a_stranger_sees_their_own_nothing(books, stranger):
    said = text(stranger.get("/costs/", OCTOBER))
    assert "Nothing was spent" in said
    assert "4.66" not in said
    uid = books.clients["Acme"].uid
    for path in ("statement/", "statement.csv", "statement.pdf"):
        assert stranger.get(f"/clients/{uid}/{path}").status_code == 404
    assert stranger.post(f"/clients/{uid}/terms/", {"kind": "cost_plus"}).status_code == 404
    assert "Acme" not in text(stranger.get("/clients/"))


def test_the_statement_page(books, browser):
    path = f"/clients/{books.clients['Acme'].uid}/statement/"
    said = text(browser.get(path))  # the last whole month by itself
    for words in ("October 2026", "$5.00", "For us alone", "$2.11", "$2.89", "57.8", "12.5"):
        assert words in said, words
    assert "Preliminary" not in said
    assert "1 Oct, 00:32" in said  # A1, as the workspace's days go
    assert "Preliminary" in text(browser.get(path, {"month": "2026-11"}))
    bolt = text(browser.get(f"/clients/{books.clients['Bolt'].uid}/statement/"))
    assert "EUR\u00a01,006.25" in bolt


def test_who_sees_no_costs_sees_no_margin(books, browser, monkeypatch):
    from accounts import permissions

    table = {**permissions.PERMISSIONS}
    row = table["costs:read"]
    table["costs:read"] = type(row)(roles=frozenset(), words=row.words, scope=row.scope)
    monkeypatch.setattr("accounts.access.PERMISSIONS", table)
    said = text(browser.get(f"/clients/{books.clients['Acme'].uid}/statement/"))
    assert "$5.00" in said
    for words in ("For us alone", "$2.11", "$2.89", "12.5", "Delivered clips"):
        assert words not in said, words
    assert browser.get("/costs/").status_code == 403
    assert browser.get("/prices/").status_code == 403


def test_statement_files(books, browser):
    path = f"/clients/{books.clients['Acme'].uid}/statement"
    assert browser.get(f"{path}.pdf", {"month": "2026-10"}).content.startswith(b"%PDF-")
    sheet = text(browser.get(f"{path}.csv", {"month": "2026-10"}))
    assert sheet.endswith("Total,5,27,,USD,5.00\r\n")


def test_add_terms(books, browser):
    path = f"/clients/{books.clients['Acme'].uid}/terms/"
    before = RateCard.objects.count()
    form = {"kind": "per_second", "currency": "USD", "valid_from": "2026-12-01", "token": "a"}
    wrong = browser.post(path, {**form, "price_per_second": "lots"})
    assert (wrong.status_code, "Type a number" in text(wrong)) == (422, True)
    assert RateCard.objects.count() == before
    assert browser.post(path, {**form, "price_per_second": "$0.375"}).status_code == 302
    assert RateCard.objects.get(valid_from="2026-12-01").second_micros == 375_000
    past = browser.post(path, {**form, "price_per_second": "1", "valid_from": "2026-10-02"})
    assert "Past months keep their terms" in text(past)
    assert RateCard.objects.count() == before + 1


def test_a_manager_sets_no_terms(books, workspace):
    user = User.objects.create_user("max")
    Membership.objects.create(workspace=workspace, user=user, role=Role.MANAGER)
    client = Client()
    client.force_login(user)
    path = f"/clients/{books.clients['Acme'].uid}"
    assert client.post(f"{path}/terms/", {"kind": "cost_plus"}).status_code == 403
    assert "New rate card" not in text(client.get(f"{path}/statement/"))


def test_the_price_book(books, browser, owner):
    said = text(browser.get("/prices/"))
    assert "letter of 1 October" in said
    assert "New price" not in said
    assert browser.post("/prices/new/", {}).status_code in (403, 422)
    User.objects.filter(pk=owner.pk).update(is_staff=True)
    offer = Offer.objects.get(catalogue="2025-seed", provider="pika")
    day = (AFTERWARDS + timedelta(days=1)).date().isoformat()
    form = {"offer": offer.pk, "price": "0.025", "valid_from": day, "source": "A letter"}
    for _ in range(2):
        assert browser.post("/prices/new/", {**form, "token": "p"}).status_code == 302
    assert PriceRow.objects.filter(offer=offer).count() == 2
    again = browser.post("/prices/new/", {**form, "token": "q"})
    assert (again.status_code, "Choose another day" in text(again)) == (422, True)
    assert "$0.025 from 24 Nov 2026" in text(browser.get("/prices/"))


def test_decide_a_proposal(books, browser, owner, settings):
    settings.PRICES_NEED_TWO_PERSONS = True
    User.objects.filter(pk=owner.pk).update(is_staff=True)
    asked = PriceProposal.objects.create(
        offer=Offer.objects.get(catalogue="2025-seed", provider="pika"),
        micros_per_second=30_000,
        valid_from=AFTERWARDS.date() + timedelta(days=3),
        source="A letter",
        proposed_by=User.objects.create_user("bob"),
    )
    assert "Waits for a second person" in text(browser.get("/prices/"))
    path = f"/prices/proposals/{asked.pk}/"
    assert browser.post(path, {"decision": "refuse"}).status_code == 422
    assert browser.post(path, {"decision": "approve"}).status_code == 302
    asked.refresh_from_db()
    assert (asked.state, asked.decided_by) == ("approved", owner)
    assert browser.post("/prices/proposals/0/", {"decision": "approve"}).status_code == 404


def test_a_price_row_explains_itself(books, browser, stranger):
    row = books.jobs["A3"].attempts.get(seq=1).price_row
    said = text(browser.get(f"/prices/rows/{row.pk}/"))
    for words in ("Kling", "$0.04", "15 Oct 2026", "letter of 1 October", "$0.20"):
        assert words in said, words
    assert "$0.20" not in text(stranger.get(f"/prices/rows/{row.pk}/"))
    assert browser.get("/prices/rows/0/").status_code == 404


def test_queries_do_not_grow(books, browser, django_assert_max_num_queries):
    autumn = books.campaigns["Autumn"]
    for number in range(20):
        books.clip(f"more-{number}", "2026-10-11T09:00", autumn, "draft", "pika")
    browser.get("/costs/", OCTOBER)
    with django_assert_max_num_queries(13):
        browser.get("/costs/", OCTOBER)
    with django_assert_max_num_queries(30):
        browser.get(f"/clients/{books.clients['Acme'].uid}/statement/")
    with django_assert_max_num_queries(15):
        browser.get("/prices/")
    browser.get("/clients/")  # gives clients that are cost centres alone their profiles
    with django_assert_max_num_queries(15):
        browser.get("/clients/")
