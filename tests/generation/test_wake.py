"""Another connection's news ends a wait at once; without any it lasts."""

import threading
import time

import pytest
from django.db import connections, transaction

from accounts.models import Workspace
from generation import wake
from generation.one_trip import OneTrip

from .committed import committed_fixture  # noqa: F401

LONG, SOON = 20.0, 5.0


@pytest.fixture
def ear(committed) -> wake.Ear:
    """One that has waited before, as the driver's has from its first tick on."""
    ear = wake.Ear()
    ear.wait(0.01)
    return ear


def call() -> None:
    trip = OneTrip()
    wake.call(trip)
    trip.send()


def elsewhere(work) -> threading.Thread:
    """Runs `work` a little later, on a connection of its own."""

    def run() -> None:
        time.sleep(0.2)
        try:
            work()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def news() -> None:
    with transaction.atomic():
        Workspace.objects.create(slug="news", name="News")
        call()


def test_a_call_ends_the_wait(ear):
    began = time.monotonic()
    thread = elsewhere(news)
    assert ear.wait(LONG)
    assert time.monotonic() - began < SOON
    thread.join()


def test_without_one_the_wait_lasts(ear):
    began = time.monotonic()
    assert not ear.wait(0.3)
    assert time.monotonic() - began >= 0.3


def test_a_call_between_two_waits_is_heard_by_the_second(ear):
    elsewhere(news).join()
    began = time.monotonic()
    assert ear.wait(LONG)
    assert time.monotonic() - began < SOON


def test_a_call_that_is_undone_wakes_nobody(ear):
    def undone() -> None:
        with transaction.atomic():
            Workspace.objects.create(slug="news", name="News")
            call()
            transaction.set_rollback(True)

    elsewhere(undone).join()
    assert not ear.wait(0.1)


def test_a_new_connection_listens_again(ear):
    connections["default"].close()
    ear.wait(0.01)
    thread = elsewhere(news)
    assert ear.wait(LONG)
    thread.join()


def test_a_call_outside_a_transaction_is_a_mistake(ear):
    with pytest.raises(RuntimeError, match="inside the transaction"):
        call()
