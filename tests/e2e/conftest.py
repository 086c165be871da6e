"""One running product for all tests that leave it running."""

from collections.abc import Iterator

import pytest

from tests.e2e.desk import Desk


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    running = Desk(tmp_path_factory.mktemp("product"), CREATES_PER_MINUTE="0")
    running.start()
    yield running
    try:
        running.assert_at_rest()
    finally:
        running.stop()
