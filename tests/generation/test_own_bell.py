"""A driver without a broker hears its own rings: what is planned or expected goes on at once."""

import threading
import time

import pytest
from celery import current_app

from generation import beside, driver, ingest, queue, submitting

PATIENCE = 30.0


@pytest.fixture
def published(monkeypatch, settings):
    """The names of the tasks that the broker is told of."""
    settings.RING_THE_BELL = True
    names: list[str] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, **_: names.append(name))
    return names


@pytest.fixture
def drive(settings, monkeypatch):
    """Drive through these steps, one a turn, until so much has been done; gives what was."""
    settings.DRIVEN_TOO = ()
    monkeypatch.setattr(driver, "anything_open", lambda: True)
    monkeypatch.setattr(driver, "look_when_called", lambda many, ear, *, seconds: None)
    monkeypatch.setattr(beside.Beside, "look_after", lambda self: None)
    done: list[tuple[str, int]] = []
    monkeypatch.setattr(submitting, "submit_at_once", lambda pk: done.append(("at_once", pk)))
    monkeypatch.setattr(submitting, "submit", lambda pk: done.append(("submit", pk)))
    monkeypatch.setattr(ingest, "fetch", lambda pk: done.append(("fetch", pk)))

    def through(*steps, until):
        left, ends = list(steps), time.monotonic() + PATIENCE

        def stop():
            return (len(done) >= until and not left) or time.monotonic() > ends

        monkeypatch.setattr(driver.Driver, "step", lambda self, many: left and left.pop(0)(self))
        driver.run_for_ever(stop=stop, threads=2)
        return sorted(done)

    return through


def rings(task, pk):
    return lambda self: queue.ring(task, pk)


def looks(name, *ids):
    """A look of the driver's own, which finds these due."""
    return lambda self: self._hand_out(name, getattr(self, f"_{name}"), ids)


def test_a_new_attempt_is_sent_by_its_own_ring(drive, published):
    assert drive(rings("submit_at_once", 7), until=1) == [("at_once", 7)]
    assert published == []


def test_a_clip_is_fetched_by_its_own_ring_and_not_again_by_the_next_look(drive, published):
    did = drive(rings("fetch", 8), looks("fetch", 8, 9), until=2)
    assert did == [("fetch", 8), ("fetch", 9)]
    assert published == []


def test_what_may_have_to_wait_its_turn_is_still_handed_out_in_turn(drive, published):
    did = drive(rings("submit_at_once", 7), looks("send", 7), until=2)
    assert did == [("at_once", 7), ("submit", 7)]


def test_a_ring_from_another_thread_is_heard(drive, published):
    def ring_elsewhere(self):
        thread = threading.Thread(target=queue.ring, args=("fetch", 8))
        thread.start()
        thread.join(PATIENCE)

    assert drive(ring_elsewhere, until=1) == [("fetch", 8)]


def test_other_tasks_and_later_rings_are_for_the_broker(drive, published):
    drive(rings("submit_at_once", 7), lambda self: queue.ring("deliver_notices"), until=1)
    queue.ring("submit_at_once", 7)
    assert published == [
        "generation.tasks.deliver_notices",
        "generation.tasks.submit_at_once",
    ]


def test_a_ring_while_it_stops_is_let_be(drive, monkeypatch):
    """What is due stays due: the next driver finds it."""
    late: list[object] = []

    def while_stopping(many):
        for pool in pools:
            pool.shutdown(wait=True)
        queue.ring("submit_at_once", 9)
        queue.ring("fetch", 9)
        late.append("rung")

    pools = []
    real = driver.ThreadPoolExecutor

    def noted(*args):
        pools.append(real(*args))
        return pools[-1]

    monkeypatch.setattr(driver, "ThreadPoolExecutor", noted)
    monkeypatch.setattr(driver.answers, "attend_before_leaving", while_stopping)
    assert drive(rings("fetch", 8), until=1) == [("fetch", 8)]
    assert late == ["rung"]
