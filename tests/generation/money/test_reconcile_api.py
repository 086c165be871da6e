"""Reconciliation through the API: a person imports, decides and closes; a key only reads."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client

from accounts.models import Membership, Role, User
from generation.models import LedgerLine, PeriodClose, Statement, StatementDecision
from tests.generation.api.conftest import errors_of

from .booked import OCTOBER, billed, books_fixture  # noqa: F401

CSV = "task_id,date,amount_usd\nt0,2026-10-10,0.10\nt1,2026-10-10,0.12\n"
JSON = {"content_type": "application/json"}


@pytest.fixture(autouse=True)
def second_of_november():
    with time_machine.travel(datetime(2026, 11, 2, 9, tzinfo=UTC), tick=True):
        yield


@pytest.fixture
def paid(books):
    for number in range(2):
        books.buy(f"t{number}")
    return books


@pytest.fixture
def person(owner) -> Client:
    client = Client()
    client.force_login(owner)
    return client


def send(client, **more):
    body = {"source": "csv", "provider": "pika", "month": "2026-10", "csv": CSV, **more}
    return client.post("/api/bills", body, **JSON)


def test_from_bill_to_closed_month(paid, person):
    done = send(person, file_name="pika.csv")
    assert done.status_code == 201
    [bill] = done.json()["bills"]
    assert (bill["provider"], bill["added"], bill["amount"]) == ("pika", 2, 0.22)
    told = person.get("/api/reconciliation?month=2026-10").json()
    assert told["accounts"] == [
        {
            "provider": "pika",
            "grain": "task",
            "billed": 0.22,
            "booked": 0.2,
            "difference": 0.02,
            "matched": 1,
            "awaited": 0.0,
            "uncovered": 0.0,
            "covered_until": "2026-11-01",
        }
    ]
    assert (told["closed"], told["can_close"], told["open_differences"]) == (False, False, 1)
    [one] = person.get("/api/differences?month=2026-10").json()["results"]
    assert (one["kind"], one["task_id"], one["adjustment"]) == ("wrong_price", "t1", 0.02)
    body = {"month": "2026-10", "subject": one["subject"], "decision": "accept", "reason": "agreed"}
    decided = person.post("/api/differences", body, **JSON, headers={"Idempotency-Key": "k"})
    line = LedgerLine.objects.get(kind="adjust")
    assert decided.json() == {"subject": one["subject"], "decision": "accept", "line_id": line.pk}
    again = person.post("/api/differences", body, **JSON, headers={"Idempotency-Key": "k"})
    assert again.json() == decided.json()
    assert LedgerLine.objects.filter(kind="adjust").count() == 1
    closed = person.post("/api/months", {"month": "2026-10"}, **JSON)
    assert closed.status_code == 201
    # The correction was made in November: October stays what it was booked at.
    assert (closed.json()["spent"], closed.json()["closed_by"]) == (0.2, "ann")
    [month] = person.get("/api/months").json()["results"]
    assert month == closed.json()


def test_refusals_write_nothing(paid, person):
    bad = send(person, csv="task_id,date,amount_usd\nt0,yesterday,0.10\n")
    assert bad.status_code == 400 and errors_of(bad) == [("bad_bill", "csv")]
    assert errors_of(send(person, provider=None)) == [("bad_bill", "csv")]
    assert errors_of(send(person, source="runway_usage", month="2026-11", csv=""))
    early = person.post("/api/months", {"month": "2026-11"}, **JSON)
    assert errors_of(early) == [("too_early", "month")]
    blocked = person.post("/api/months", {"month": "2026-10"}, **JSON)
    assert errors_of(blocked) == [("blocked", "override_reason")]
    body = {"month": "2026-10", "subject": "1:x:1:2", "decision": "accept", "reason": "agreed"}
    assert errors_of(person.post("/api/differences", body, **JSON)) == [("not_found", "subject")]
    assert (Statement.objects.count(), PeriodClose.objects.count()) == (0, 0)
    assert StatementDecision.objects.count() == 0


def test_only_managers_change_anything(paid, workspace):
    creator = User.objects.create_user("carl", password=None)
    Membership.objects.create(workspace=workspace, user=creator, role=Role.CREATOR)
    client = Client()
    client.force_login(creator)
    assert client.get("/api/reconciliation?month=2026-10").status_code == 200
    assert send(client).status_code == 403
    assert client.post("/api/months", {"month": "2026-10"}, **JSON).status_code == 403
    assert Statement.objects.count() == 0


def test_differences_come_in_pages(paid, person):
    paid.bill(*(billed(f"strange-{n}", day=n + 1) for n in range(5)), billed("t0"), billed("t1"))
    seen, cursor = [], ""
    while True:
        query = {"month": "2026-10", "limit": 2, **({"cursor": cursor} if cursor else {})}
        page = person.get("/api/differences", query).json()
        seen += [one["task_id"] for one in page["results"]]
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert seen == [f"strange-{n}" for n in (4, 3, 2, 1, 0)]
    assert OCTOBER.month == 10


def test_another_workspace_sees_nothing(paid, owner, person):
    from accounts.models import Workspace

    paid.bill(billed("strange"))
    send(person)
    other = Workspace.objects.create(slug="other", name="Other")
    stranger = User.objects.create_user("stan", password=None)
    Membership.objects.create(workspace=other, user=stranger, role=Role.OWNER)
    client = Client()
    client.force_login(stranger)
    assert client.get("/api/reconciliation?month=2026-10").json()["accounts"] == []
    assert client.get("/api/differences?month=2026-10").json()["results"] == []
    assert client.get("/api/bills").json()["results"] == []
    assert client.get("/api/months").json()["results"] == []
    assert client.get("/api/ledger").json()["results"] == []


def test_the_work_does_not_grow_with_the_lines(paid, person, django_assert_max_num_queries):
    paid.bill(*(billed(f"strange-{n}", day=n + 1) for n in range(20)))
    # The first look adds the month up and keeps that, the next one takes what was kept.
    with django_assert_max_num_queries(32):
        person.get("/api/differences?month=2026-10")
    with django_assert_max_num_queries(26):
        person.get("/api/differences?month=2026-10")
