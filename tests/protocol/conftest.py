"""The engine on a stage: no network, no waiting, and a vendor that does what it is told."""

from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import Any

import pytest

from providers import catalogue
from tests.protocol.stage import Stage, take_the_stage
from tests.shop import stock


@pytest.fixture
def stage(db, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """Not set up yet: each example of a test may begin a world of its own."""
    settings.RING_THE_BELL = False
    settings.UNKNOWN_GRACE_SECONDS = {"live": 180, "test": 180}
    stock()
    made = Stage()
    take_the_stage(made, monkeypatch)
    return made


@pytest.fixture
def the_market_follows(
    stage: Stage, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Prices are those of the stage's day, and two persons change them."""

    class Stopped(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return stage.time().astimezone(tz)

    monkeypatch.setattr("providers.market.datetime", Stopped)
    settings.PRICES_NEED_TWO_PERSONS = True
    yield
    catalogue.forget()
