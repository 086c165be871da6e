"""A database that is restarted under the driver: it waits and goes on, and need not be replaced."""

import pytest
from django.db import OperationalError

from generation import chores, driver, heartbeat, telling


@pytest.fixture
def quiet(monkeypatch, settings):
    """Nothing beside the loop itself."""
    settings.DRIVEN_TOO = ()
    monkeypatch.setattr(heartbeat, "beat", lambda name: None)
    monkeypatch.setattr(chores, "run_if_due", lambda: False)
    monkeypatch.setattr(telling, "tell_due", lambda limit: 0)
    monkeypatch.setattr(driver, "anything_open", lambda: False)
    for pause in ("TICK", "IDLE_TICK", "DATABASE_AWAY_TICK"):
        monkeypatch.setattr(driver, pause, 0.0)


@pytest.mark.parametrize("where", [heartbeat, driver], ids=["beat", "step"])
def test_the_driver_outlives_its_database(quiet, monkeypatch, where):
    looks = []
    closed = []

    def away(*_):
        looks.append("away" if len(looks) < 2 else "there")
        if looks[-1] == "away":
            raise OperationalError("the connection is closed")
        return 0

    if where is heartbeat:
        monkeypatch.setattr(heartbeat, "beat", away)
        monkeypatch.setattr(driver.Driver, "step", lambda self, many: 0)
    else:
        monkeypatch.setattr(driver.Driver, "step", away)
    monkeypatch.setattr(driver.connections, "close_all", lambda: closed.append(True))
    driver.run_for_ever(stop=lambda: "there" in looks, threads=1)
    assert looks[:3] == ["away", "away", "there"]
    assert len(closed) == 2


def test_a_fault_of_our_own_is_not_taken_for_that(quiet, monkeypatch):
    def wrong(self, many):
        raise ValueError("ours")

    monkeypatch.setattr(driver.Driver, "step", wrong)
    with pytest.raises(ValueError, match="ours"):
        driver.run_for_ever(stop=lambda: False, threads=1)
