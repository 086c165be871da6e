import pytest

from sandbox.database import Database
from sandbox.faults import Faults, FaultsRefused
from sandbox.slots import replanned, start_time
from sandbox.tasks import NEVER
from tests.sandbox.make import task


@pytest.fixture
def faults(tmp_path):
    database = Database(tmp_path / "faults.sqlite3")
    yield Faults(database)
    database.close()


def drawn(faults, *, count=200):
    return [faults.roll("pika", stage="create") for _ in range(count)]


def test_same_seed_gives_the_same_sequence(faults):
    wanted = {"seed": 7, "rates": {"pika": {"lost-response": 0.1, "server-error": 0.05}}}
    faults.change(wanted)
    first = drawn(faults)
    faults.change(wanted)
    assert drawn(faults) == first
    assert set(first) == {"", "lost-response", "http-500"}
    faults.change({**wanted, "seed": 8})
    assert drawn(faults) != first


def test_rates_outlive_a_restart_and_other_providers_are_spared(faults):
    faults.change({"rates": {"fal": {"drop-before": 1}}})
    again = Faults(faults.database)
    assert again.roll("pika", stage="create") == "drop-before"
    assert again.roll("runway", stage="create") == ""
    assert again.injected == {"pika drop-before": 1}


@pytest.mark.parametrize("rates", [{"pika": {"fire": 1}}, {"pika": {"stall": 2}}, {"pika": 1}])
def test_bad_rates_change_nothing(faults, rates):
    with pytest.raises(FaultsRefused):
        faults.change({"rates": rates})
    assert faults.rates == {}


def test_slots_make_later_tasks_wait_in_order():
    assert start_time([15.0, 16.0], slots=3, ready_at=12.0) == 12.0
    assert start_time([16.0, 15.0], slots=2, ready_at=12.0) == 15.0
    assert start_time([15.0, 16.0, 20.0], slots=2, ready_at=12.0) == 16.0
    assert start_time([15.0, NEVER], slots=1, ready_at=12.0) == NEVER


def test_a_freed_slot_lets_the_next_one_start():
    stalled = task(task_id="a", started_at=10.0, work_seconds=NEVER)
    waiting = task(task_id="b", started_at=NEVER, work_seconds=5.0)
    assert replanned([stalled, waiting], slots=1, now=20.0) == []
    assert replanned([waiting], slots=1, now=20.0) == [(waiting, 20.0)]
