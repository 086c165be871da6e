"""Books that PostgreSQL holds, copied into an empty SQLite file: `books_copied SOURCE_URL`.

SQLite has no statements that could draw them, but the same tables. Run by `bench.pages` with the
settings of the target.
"""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from ipaddress import IPv4Address, IPv6Address
from typing import Any

import environ
import psycopg
from psycopg.conninfo import make_conninfo

AT_ONCE = 20_000
LEFT = ("django_migrations", "django_session")


def copy(source: str) -> None:
    """Migrate the settings' own database and put every row of `source` into it."""
    from django.apps import apps
    from django.core.management import call_command
    from django.db import connection, transaction

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous = OFF")  # a copy that breaks off is begun anew
    call_command("migrate", verbosity=0)
    tables = [model._meta.db_table for model in apps.get_models(include_auto_created=True)]
    with psycopg.connect(_address(source)) as link, connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys = OFF")
        for table in tables:
            if table in LEFT:
                continue
            cursor.execute(f'DELETE FROM "{table}"')  # noqa: S608 - the project's own
            for names, rows in _chunks(link, table):
                marks, columns = ", ".join(["%s"] * len(names)), ", ".join(f'"{n}"' for n in names)
                sql = f'INSERT INTO "{table}" ({columns}) VALUES ({marks})'  # noqa: S608
                with transaction.atomic():
                    cursor.executemany(sql, rows)
        cursor.execute("ANALYZE")
        # All in one file, which then takes its own name.
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _address(url: str) -> str:
    told = environ.Env.db_url_config(url)
    return make_conninfo(dbname=told["NAME"], user=told["USER"], host=told["HOST"])


def _chunks(link: Any, table: str) -> Iterator[tuple[list[str], list[list[Any]]]]:
    with link.cursor(name="copied") as rows:
        rows.itersize = AT_ONCE
        rows.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - the project's own
        while found := rows.fetchmany(AT_ONCE):
            names = [column.name for column in rows.description]
            yield names, [[_told(value) for value in row] for row in found]


def _told(value: Any) -> Any:
    """As Django writes it into SQLite."""
    if isinstance(value, datetime):
        return str(value.astimezone(UTC).replace(tzinfo=None))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict | list):
        return json.dumps(value)
    return str(value) if isinstance(value, Decimal | IPv4Address | IPv6Address) else value


if __name__ == "__main__":
    import django

    django.setup()
    copy(sys.argv[1])
