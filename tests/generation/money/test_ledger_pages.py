"""The ledger's and reconciliation's pages: what they show, what their buttons do, and for whom."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Role, User, Workspace
from generation.models import LedgerLine, PeriodClose, Statement, StatementDecision
from generation.money.reconcile import reconcile

from .booked import OCTOBER, billed, books_fixture  # noqa: F401

PAGE = "/reconciliation/?month=2026-10"


@pytest.fixture(autouse=True)
def second_of_november():
    with time_machine.travel(datetime(2026, 11, 2, 9, tzinfo=UTC), tick=True):
        yield


@pytest.fixture
def paid(books):
    for number in range(2):
        books.buy(f"t{number}")
    return books


def words(response) -> str:
    assert response.status_code in (200, 422), response.status_code
    return " ".join(response.content.decode().split())


def test_the_ledger_page(paid, browser, django_assert_max_num_queries):
    with django_assert_max_num_queries(10):
        page = words(browser.get("/ledger/"))
    assert "$0.20" in page and "a quiet lake" in page
    assert "/api/ledger.csv" in page
    empty = words(browser.get("/ledger/?month=2026-09&kind=settle"))
    assert "No line fits" in empty
    assert "month=2026-09&amp;kind=settle" in empty or "kind=settle&amp;month=2026-09" in empty
    assert "a quiet lake" in words(browser.get("/ledger/?month=nonsense&before=x&kind=wrong"))


def test_the_ledger_in_pages(paid, browser, monkeypatch):
    monkeypatch.setattr("generation.pages.ledger.PER_PAGE", 3)
    first = browser.get("/ledger/")
    assert len(first.context["rows"]) == 3
    rest = browser.get(f"/ledger/?{first.context['older_query']}")
    assert [len(rest.context["rows"]), rest.context["older_query"]] == [1, ""]


def test_a_line_is_explained_down_to_the_bill(paid, browser, django_assert_max_num_queries):
    paid.bill(billed("t0", 120_000))
    line = LedgerLine.objects.get(task_id="t0")
    with django_assert_max_num_queries(12):
        page = words(browser.get(reverse("generation:ledger_line", args=[line.pk])))
    for told in (
        "Settle of $0.10",
        line.job.uid,
        line.attempt.client_ref,
        "t0",
        "5 s × $0.02 = $0.10",
        line.price_row.source,
        "$0.12",
        "A CSV file",
    ):
        assert told in page, told
    assert browser.get("/ledger/999999999/").status_code == 404


def test_reconciliation_from_bill_to_close(paid, browser):
    file = SimpleUploadedFile("b.csv", b"task_id,date,amount_usd\nt0,2026-10-10,0.10\n")
    body = {"month": "2026-10", "source": "csv", "provider": "pika", "file": file}
    assert browser.post("/reconciliation/import/", body).status_code == 302
    page = words(browser.get(PAGE))
    assert "1 lines taken in" in page and "In our ledger, but not billed" in page
    [one] = reconcile(paid.access, month=OCTOBER).open
    sent = {"month": "2026-10", "subject": one.subject, "decision": "accept", "reason": "no"}
    refused = browser.post("/reconciliation/decide/", sent)
    assert refused.status_code == 422 and "Say why" in words(refused)
    assert LedgerLine.objects.filter(kind="adjust").count() == 0
    blocked = browser.post("/reconciliation/close/", {"month": "2026-10"})
    assert "1 differences to the bills are undecided" in words(blocked)
    done = browser.post("/reconciliation/decide/", {**sent, "reason": "they forgot it"})
    assert done.status_code == 302
    assert LedgerLine.objects.get(kind="adjust").spent_delta == -100_000
    assert browser.post("/reconciliation/close/", {"month": "2026-10"}).status_code == 302
    assert "is closed at $0.20" in words(browser.get(PAGE))
    assert PeriodClose.objects.count() == 1


def test_a_dispute(paid, browser):
    paid.bill(billed("t0"), billed("t1"), billed("strange"))
    [one] = reconcile(paid.access, month=OCTOBER).open
    sent = {"month": "2026-10", "subject": one.subject, "decision": "dispute", "reason": "not ours"}
    assert browser.post("/reconciliation/decide/", sent).status_code == 302
    page = words(browser.get(PAGE))
    assert "Disputed with the provider" in page and "not ours" in page
    assert StatementDecision.objects.get().kind == "disputed"


def test_bad_bills_say_why(paid, browser):
    for body, said in (
        ({"source": "csv", "provider": "pika"}, "Choose the CSV file."),
        ({"source": "wrong"}, "Choose where the bill comes from."),
        ({"source": "csv", "file": SimpleUploadedFile("b.csv", b"x\n1\n")}, "which provider"),
        (
            {"source": "csv", "provider": "pika", "file": SimpleUploadedFile("b.csv", b"x\n1\n")},
            "The column task_id is missing.",
        ),
    ):
        response = browser.post("/reconciliation/import/", {"month": "2026-10", **body})
        assert response.status_code == 422 and said in words(response), said
    assert Statement.objects.count() == 0


@pytest.mark.parametrize("role", [Role.CREATOR, Role.VIEWER])
def test_others_read_and_change_nothing(paid, workspace, role):
    user = User.objects.create_user("carl", password=None)
    Membership.objects.create(workspace=workspace, user=user, role=role)
    client = Client()
    client.force_login(user)
    page = words(client.get(PAGE))
    assert "Take in a bill" not in page and "Close October" not in page
    for path in ("import", "decide", "close"):
        assert client.post(f"/reconciliation/{path}/", {"month": "2026-10"}).status_code == 403
    assert (Statement.objects.count(), PeriodClose.objects.count()) == (0, 0)


def test_another_workspace_sees_none_of_it(paid):
    other = Workspace.objects.create(slug="other", name="Other")
    stranger = User.objects.create_user("stan", password=None)
    Membership.objects.create(workspace=other, user=stranger, role=Role.OWNER)
    client = Client()
    client.force_login(stranger)
    assert "No money has moved" in words(client.get("/ledger/"))
    line = LedgerLine.objects.first()
    assert client.get(f"/ledger/{line.pk}/").status_code == 404
    assert "Nothing in this month" in words(client.get(PAGE))


def test_signed_out_people_sign_in_first():
    for path in ("/ledger/", "/ledger/1/", "/reconciliation/"):
        response = Client().get(path)
        assert response.status_code == 302 and "login" in response["Location"]
