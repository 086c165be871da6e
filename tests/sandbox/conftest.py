"""One sandbox process for the suite, emptied before each test."""

from collections.abc import Iterator

import pytest

from tests.sandbox_server import SandboxServer


@pytest.fixture(scope="session")
def sandbox_process() -> Iterator[SandboxServer]:
    with SandboxServer() as server:
        yield server


@pytest.fixture
def sandbox(sandbox_process: SandboxServer) -> SandboxServer:
    """A running sandbox without tasks, faults or invoice; latencies are a twentieth."""
    sandbox_process.reset()
    return sandbox_process
