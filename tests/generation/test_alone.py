"""Pieces of work in a thread: one that fails stops none, and connections are looked at in time."""

import threading

import pytest

from generation import beside


@pytest.fixture
def checks(monkeypatch):
    """The moments, by a clock of our own, at which connections were looked at."""
    seen: list[float] = []
    clock = [100.0]
    monkeypatch.setattr(beside, "_checked", threading.local())
    monkeypatch.setattr(beside.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(beside, "close_old_connections", lambda: seen.append(clock[0]))
    return seen, clock


def test_a_busy_thread_looks_at_its_connection_once_a_second(checks):
    seen, clock = checks
    for moment in (100.0, 100.4, 101.0, 101.1, 101.9, 102.2):
        clock[0] = moment
        beside.alone(lambda: None)
    assert seen == [100.0, 101.1, 102.2]


def test_after_a_failure_it_looks_at_once(checks, caplog):
    seen, _ = checks
    beside.alone(lambda: None)
    beside.alone(lambda pk: 1 / pk, 0)
    assert seen == [100.0, 100.0]
    assert "work_failed" in caplog.text


def test_each_thread_looks_at_its_own(checks):
    seen, _ = checks
    beside.alone(lambda: None)
    other = threading.Thread(target=beside.alone, args=(lambda: None,))
    other.start()
    other.join(30)
    assert seen == [100.0, 100.0]
