"""Two people at the same act of the books, at once and on committed rows: one of them wins."""

from collections import Counter
from datetime import UTC, date, datetime

import pytest
import time_machine

from generation import centres
from generation.asks import Refused
from generation.models import (
    IssuedFile,
    IssuedStatement,
    LedgerLine,
    PeriodClose,
    StatementDecision,
)
from generation.money.closing import close
from generation.money.corrections import accept
from generation.money.invariants import breaches
from generation.money.rate_cards import CardTerms, add
from generation.money.reconcile import reconcile
from generation.money.statement_issue import issue
from tests.generation.committed import (  # noqa: F401 - fixtures
    at_once,
    committed_fixture,
    desk_fixture,
)
from tests.generation.money.booked import OCTOBER, Books, billed

TIMES, CLIENTS = 8, 6
REASON = "the bills are a matter of another test"
NOVEMBER_2 = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def second_of_november(monkeypatch):
    """By the database's clock too."""
    monkeypatch.setattr("generation.clock._measured_at", float("inf"))
    monkeypatch.setattr("generation.clock._offset", NOVEMBER_2 - NOVEMBER_2)
    with time_machine.travel(NOVEMBER_2, tick=True):
        yield


def refusals(answers: list[object]) -> Counter[str]:
    return Counter(one.code if isinstance(one, Refused) else type(one).__name__ for one in answers)


def test_a_month_closes_once(desk):
    Books(access=desk).buy("t1")
    answers = at_once(
        lambda _: close(desk, month=OCTOBER, override_reason=REASON), times=TIMES, threads=TIMES
    )
    assert refusals(answers) == {"PeriodClose": 1, "closed": TIMES - 1}
    assert PeriodClose.objects.count() == 1


def test_a_difference_is_accepted_once(desk):
    books = Books(access=desk)
    books.buy("t1")
    books.bill(billed("t1", 130_000))
    [one] = reconcile(desk, month=OCTOBER).open
    how = {"month": OCTOBER, "subject": one.subject, "reason": "as billed"}
    answers = at_once(lambda n: accept(desk, **how, by=f"p{n}"), times=TIMES, threads=TIMES)
    told = refusals(answers)
    assert told.pop("Decided") == 1
    assert set(told) <= {"not_found", "conflict"}
    lines = LedgerLine.objects.filter(kind="adjust").values_list("spent_delta", flat=True)
    assert (list(lines), StatementDecision.objects.count()) == ([30_000], 1)
    assert list(breaches()) == []


def test_statements_are_issued_once_and_numbered_without_gaps(desk):
    """Eight threads, each wants to issue all six clients' statements."""
    books, clients = Books(access=desk), []
    for number in range(CLIENTS):
        client = centres.open_client(desk, name=f"Client {number}")
        centres.open_campaign(desk, name=f"Work {number}", client=client)
        add(desk, client, CardTerms(kind="cost_plus", valid_from=date(2026, 1, 1), markup_bp=1250))
        books.buy(f"t{number}", campaign=f"Work {number}")
        clients.append(client)
    close(desk, month=OCTOBER, override_reason=REASON)
    answers = at_once(
        lambda n: issue(desk, clients[n % CLIENTS], month=OCTOBER), times=8 * CLIENTS, threads=8
    )
    assert refusals(answers) == {"IssuedStatement": CLIENTS, "issued": 7 * CLIENTS}
    papers = IssuedStatement.objects.order_by("serial")
    assert [paper.number for paper in papers] == [f"2026-{n:04d}" for n in range(1, CLIENTS + 1)]
    assert {paper.total_cents for paper in papers} == {11}
    assert IssuedFile.objects.count() == 2 * CLIENTS
