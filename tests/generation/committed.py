"""A database whose rows are really committed, for tests with threads or processes of their own.

Append-only tables refuse the emptying that ends such a test, so their triggers are lifted for
that moment and set again. PostgreSQL empties by TRUNCATE, which they let through.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, connections

from accounts.access import Access
from accounts.models import Mode, Role, User, Workspace
from tests.shop import stock


@pytest.fixture(name="committed")
def committed_fixture(transactional_db) -> Iterator[None]:
    """The test database without a transaction around the test; empty again afterwards."""
    yield
    empty()


def empty() -> None:
    triggers = _triggers()
    with connection.cursor() as cursor:
        for name, _ in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
    call_command("flush", verbosity=0, interactive=False)
    with connection.cursor() as cursor:
        for _, sql in triggers:
            cursor.execute(sql)


def _triggers() -> list[tuple[str, str]]:
    if connection.vendor != "sqlite":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        return list(cursor.fetchall())


@pytest.fixture(name="desk")
def desk_fixture(committed, settings) -> Access:
    """A workspace with its owner and the catalogue; nothing rings."""
    settings.RING_THE_BELL = False
    stock()
    return owner_of("acme")


def owner_of(slug: str) -> Access:
    workspace = Workspace.objects.create(slug=slug, name=slug.title())
    user = User.objects.create_user(f"owner-of-{slug}", password=None)
    return Access(workspace_id=workspace.pk, mode=Mode.TEST, role=Role.OWNER, user_id=user.pk)


def at_once(work: Callable[[int], Any], *, times: int, threads: int) -> list[Any]:
    """What `work(0)` … `work(times - 1)` return, or the exceptions that they raise.

    All threads start at the same moment, each with its own connection.
    """
    start = threading.Barrier(threads)

    def one(number: int) -> Any:
        try:
            return work(number)
        except Exception as error:  # noqa: BLE001 - the test looks at what was raised
            return error

    def share(first: int) -> list[tuple[int, Any]]:
        start.wait(30)
        try:
            return [(n, one(n)) for n in range(first, times, threads)]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        answers = [pair for part in pool.map(share, range(threads)) for pair in part]
    return [answer for _, answer in sorted(answers, key=lambda pair: pair[0])]
