"""A database without time: told as such at every door, and a deadlock's loser done again."""

import sqlite3
import threading
from collections.abc import Callable

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client

from accounts.models import Membership, Role, User
from generation import busy, idempotency
from generation.api.errors import broken
from generation.idempotency import Answer
from generation.models import BudgetPeriod
from generation.money import budgets, periods
from generation.one_trip import OneTrip
from tests.generation.committed import at_once, committed_fixture, desk_fixture  # noqa: F401
from tests.generation.money.budgets_by_hand import budget_of


def locked() -> OperationalError:
    fault = OperationalError("database is locked")
    fault.__cause__ = sqlite3.OperationalError("database is locked")
    fault.__cause__.sqlite_errorcode = sqlite3.SQLITE_BUSY
    return fault


def broken_page(*_: object, **__: object) -> None:
    raise locked()


@pytest.fixture
def browser(workspace) -> Client:
    user = User.objects.create_user("olga", password=None)
    Membership.objects.create(workspace=workspace, user=user, role=Role.OWNER)
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def test_the_api_says_when_to_come_again(browser, monkeypatch):
    monkeypatch.setattr("generation.api.views.budgets.matching", broken_page)
    response = browser.get("/api/budgets")
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    [error] = response.json()["errors"]
    assert (response.json()["type"], error["code"], error["attr"]) == ("server_error", "busy", None)
    assert error["detail"].startswith("The database is busy. Try again in a few seconds;")


def test_a_page_says_so_in_words(browser, monkeypatch):
    monkeypatch.setattr("generation.pages.budgets.matching", broken_page)
    response = browser.get("/budgets/")
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    page = response.content.decode()
    assert "The desk is busy" in page
    assert "database is locked" not in page


def test_a_session_that_cannot_be_kept_is_no_defect_either(browser, monkeypatch):
    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.save", broken_page)
    response = browser.post("/theme/", {"theme": "dark"})
    if response.status_code == 302:  # nothing in the session changed, so nothing was kept
        response = browser.post("/mode/", {"mode": "live"})
    assert response.status_code == 503


def test_a_defect_stays_a_defect(rf):
    try:
        raise OperationalError("no such table: x") from sqlite3.OperationalError("no such table")
    except OperationalError:
        assert broken(rf.get("/api/x")).status_code == 500


def test_what_sqlite_says_is_understood(tmp_path):
    links = [sqlite3.connect(tmp_path / "x", timeout=0, isolation_level=None) for _ in range(2)]
    links[0].execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError) as raised:
        links[1].execute("BEGIN IMMEDIATE")
    fault = OperationalError("database is locked")
    fault.__cause__ = raised.value
    assert busy.is_busy(fault)
    for link in links:
        link.close()


def test_inside_a_transaction_nothing_is_repeated(db):
    calls: list[int] = []
    work = failing(calls, times=9, state="40P01")
    with pytest.raises(OperationalError), transaction.atomic():
        busy.unless_deadlocked(work)()
    assert calls == [1]


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize(
    ("times", "state", "tries"),
    [(2, "40P01", 3), (1, "40001", 2), (9, "40P01", 4), (9, "57014", 1)],
)
def test_what_gave_way_is_done_again_a_few_times(monkeypatch, times, state, tries):
    monkeypatch.setattr(busy, "PAUSE", 0)
    calls: list[int] = []
    work = busy.unless_deadlocked(failing(calls, times=times, state=state))
    if tries > times:
        assert work() == "done"
    else:
        with pytest.raises(OperationalError):
            work()
    assert len(calls) == tries


def failing(calls: list[int], *, times: int, state: str) -> Callable[[], str]:
    def work() -> str:
        calls.append(1)
        if len(calls) <= times:
            cause = Exception()
            cause.sqlstate = state  # type: ignore[attr-defined]
            raise OperationalError(state) from cause
        return "done"

    return work


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_two_that_wait_for_each_other_both_get_through(desk):
    """As two fallbacks do, from one provider's budget to the other's: each gives back a hold
    under its first budget and takes one under the other."""
    made = [budget_of(desk, name=n, kind="provider", provider=n) for n in ("pika", "kling")]
    with transaction.atomic():
        first, second = periods.ensure([one.pk for one in made]).values()
        budgets.take_holds({first: 10, second: 10})
    both_have_one = threading.Barrier(2)
    calls: list[int] = []

    def swap(number: int) -> int:
        mine, other = (first, second) if number == 0 else (second, first)

        def effect() -> Answer:
            calls.append(number)
            trip = OneTrip()
            budgets.move({mine: (-10, 0)}, trip)
            trip.send()
            if calls.count(number) == 1:
                both_have_one.wait(20)
            budgets.take_holds({other: 10})
            return Answer(status=200, body={})

        return idempotency.once(desk, key=f"k{number}", request_hash="x", effect=effect).status

    assert at_once(swap, times=2, threads=2) == [200, 200]
    assert len(calls) == 3  # one of them gave way, once
    held = BudgetPeriod.objects.values_list("held_micros", flat=True)
    assert list(held) == [10, 10]
