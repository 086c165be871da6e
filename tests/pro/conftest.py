import os

import httpx
import pytest

from pro.ai_video_generator import AIVideoGenerator
from pro.wire import pauses
from tests.pro.fake_desk import BASE, KEY, FakeDesk
from tests.product import running


@pytest.fixture(autouse=True)
def alone(monkeypatch, tmp_path):
    """A working directory of the test's own, and nothing of the caller's environment."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("AIVIDEO_")]:
        monkeypatch.delenv(name)
    return tmp_path


@pytest.fixture
def desk():
    return FakeDesk()


@pytest.fixture
def generator(desk):
    return AIVideoGenerator(KEY, base_url=BASE, transport=desk.transport)


@pytest.fixture
def rests(monkeypatch):
    """The seconds that the client would have slept; the clock goes on by them."""
    slept = []

    async def rest(seconds):
        slept.append(seconds)

    monkeypatch.setattr(pauses, "rest", rest)
    monkeypatch.setattr(pauses, "now", lambda: sum(slept))
    return slept


@pytest.fixture(scope="session")
def running_product(tmp_path_factory):
    """The whole product, in a folder that is as one where `make run` was called."""
    with running(tmp_path_factory.mktemp("desk")) as product:
        clock = f"{product.demo['AIVIDEO_SANDBOX_URL']}/_control/clock"
        httpx.post(clock, json={"scale": 0.25}, trust_env=False).raise_for_status()
        yield product
