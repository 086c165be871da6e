import sqlite3

import pytest

from sandbox.database import Database
from sandbox.invoice import Invoice, dollars
from sandbox.tasks import NEVER, Fate, State, TaskTable
from tests.sandbox.make import task


@pytest.fixture
def database(tmp_path):
    database = Database(tmp_path / "tasks.sqlite3")
    yield database
    database.close()


def test_state_follows_the_wall_clock():
    one = task(started_at=10.0, work_seconds=10.0)
    assert (one.state(9.0), one.percent(9.0)) == (State.QUEUED, 0)
    assert (one.state(15.0), one.percent(15.0)) == (State.PROCESSING, 50)
    assert (one.state(99.0), one.percent(99.0)) == (State.PROCESSING, 99)
    assert task(throttled=True).state(9.0) is State.THROTTLED
    done = task(finished_at=20.0, outcome="succeeded")
    assert (done.state(20.0), done.percent(20.0)) == (State.SUCCEEDED, 100)


def test_a_stalled_task_stays_where_it_is():
    stalled = task(fate=Fate.STALL, work_seconds=NEVER)
    assert (stalled.state(1e9), stalled.percent(1e9)) == (State.PROCESSING, 42)


def test_a_task_is_kept_whole_and_only_once(database):
    table = TaskTable(database)
    one = task(body={"a": [1]}, extra={"slots": 2})
    table.add(one)
    assert table.get("runway", task_id="t-1") == one
    with pytest.raises(sqlite3.IntegrityError):
        table.add(one)
    assert table.all() == [one]


def test_finishing_books_one_line_once(database):
    table, invoice = TaskTable(database), Invoice(database)
    table.add(task())
    done = table.finish(task(), outcome=State.SUCCEEDED, at=20.0, billed=True)
    assert done is not None
    assert done.billed
    assert table.finish(task(), outcome=State.CANCELLED, at=21.0, billed=True) is None
    shown = invoice.shown()
    assert (len(shown["lines"]), shown["total"], shown["total_micros"]) == (1, "0.25", 250_000)
    assert shown["lines"][0]["at"] == "1970-01-01T00:00:20.000Z"
    assert invoice.spent("runway") == 250_000


def test_an_unbilled_end_leaves_no_line(database):
    table = TaskTable(database)
    table.add(task(fate=Fate.SERVER))
    table.finish(task(), outcome=State.FAILED, at=20.0, billed=False)
    assert Invoice(database).shown()["lines"] == []


@pytest.mark.parametrize(
    ("micros", "text"), [(0, "0.00"), (250_000, "0.25"), (112_000, "0.112"), (1, "0.000001")]
)
def test_dollars(micros, text):
    assert dollars(micros) == text


def test_reset_keeps_the_key_of_the_links(database):
    database.set_record("secret", value="ab")
    database.set_record("faults", value={})
    TaskTable(database).add(task())
    database.reset()
    assert TaskTable(database).all() == []
    assert (database.record("secret"), database.record("faults")) == ("ab", None)
