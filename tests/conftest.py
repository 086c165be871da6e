"""What holds in every test: no network but this machine, and media in the test's own folder."""

import ipaddress
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests import services

LOCAL_NAMES = frozenset({None, "", "localhost", b"localhost"})


class NetworkForbidden(RuntimeError):
    """A test reached for a machine other than this one."""


def _guard(event: str, args: tuple[object, ...]) -> None:
    if event in {"socket.connect", "socket.sendto"}:
        address = args[1]
        if isinstance(address, tuple) and not _is_local(address[0]):
            raise NetworkForbidden(f"{event} {address[0]}")
    elif event == "socket.getaddrinfo" and not _is_local(args[0]):
        raise NetworkForbidden(f"{event} {args[0]!r}")


def _is_local(host: object) -> bool:
    if host in LOCAL_NAMES:
        return True
    text = host.decode() if isinstance(host, bytes) else str(host)
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


# An audit hook also sees what C libraries of Python open, and no test can take it off again.
sys.addaudithook(_guard)


@pytest.fixture(autouse=True)
def media_root(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Stored files go to a folder of the test's own."""
    settings = request.getfixturevalue("settings")
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")


@pytest.fixture(autouse=True)
def own_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Test and database share this machine's clock, and a test may stop it: measured offsets
    between a stopped clock and PostgreSQL's would put the real time back."""
    monkeypatch.setattr("generation.clock.MEASURE_EVERY", float("inf"))


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Redis (or Valkey) of the tests' own."""
    if given := os.environ.get("TEST_REDIS_URL"):
        yield given
        return
    with services.redis() as running:
        yield running.url


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The browser for tests of pages. Missing is a failure, never a skip."""
    # Playwright's own five seconds are those of an idle machine.
    expect.set_options(timeout=45_000)
    return services.chromium()
