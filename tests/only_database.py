"""A pytest plugin for the second database: leaves out what never asks one.

Such a test would only say the same twice. A test that reaches a database in a way of its own,
without a fixture of pytest-django's, is marked `both_databases`.
"""

import pytest

ASK = frozenset({"db", "transactional_db", "live_server"})


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = [item for item in items if not asks_the_database(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if asks_the_database(item)]


def asks_the_database(item: pytest.Item) -> bool:
    if item.get_closest_marker("both_databases") or item.get_closest_marker("django_db"):
        return True
    return not ASK.isdisjoint(getattr(item, "fixturenames", ()))
