"""Thousands of new rows of one model in one statement.

Django's bulk_create spends most of a large insert on preparing every value of every row. In a
set of jobs nearly all columns say the same in every row, so here a column is prepared once where
it is the same, and keys are known before the insert instead of being asked for after it.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from typing import Any, TypeVar

from django.db import connection, models, transaction
from django.db.models.base import ModelState

Row = TypeVar("Row", bound=models.Model)
FEW = 20
PLAIN = (int, str, type(None))


def build(model: type[Row], rows: Iterable[Mapping[str, Any]]) -> list[Row]:
    """New rows as `model(**fields)` makes each of them; all name the same fields.

    Making a row field by field costs more than inserting it. So the first is made that way, and
    the others are copies of it with fields of their own.
    """
    given = list(rows)
    if not given:
        return []
    first = model(**given[0])
    concrete = model._meta.concrete_fields
    related = {field.name: field.attname for field in concrete if field.is_relation}
    unnamed = [field for field in concrete if not {field.name, field.attname} & set(given[0])]
    # What is made anew for each row, like its public id.
    fresh = {f.attname: f.default for f in unnamed if callable(f.default) and f.has_default()}
    return [first, *(_copied(first, fields, related, fresh) for fields in given[1:])]


def _copied(
    first: Row,
    fields: Mapping[str, Any],
    related: Mapping[str, str],
    fresh: Mapping[str, Callable[[], Any]],
) -> Row:
    row = type(first).__new__(type(first))
    row.__dict__.update(first.__dict__)
    row._state = ModelState()
    cache = row._state.fields_cache
    for name, value in fields.items():
        if name in related:
            row.__dict__[related[name]] = None if value is None else value.pk
            cache[name] = value
        else:
            row.__dict__[name] = value
    for name, make in fresh.items():
        row.__dict__[name] = make()
    return row


def insert(rows: Iterable[Row]) -> list[Row]:
    """Insert new rows of one model, set their keys, and give them back.

    Runs inside its caller's transaction: on SQLite, which begins those by taking the writer's
    lock, nobody else can take the keys that come next.
    """
    new = list(rows)
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("Rows are inserted inside the transaction of their cause only.")
    if len(new) < FEW:
        return type(new[0])._default_manager.bulk_create(new) if new else []
    for row, key in zip(new, _keys(type(new[0]), len(new)), strict=True):
        row.pk = key
        row._state.adding = False
        row._state.db = connection.alias
    if connection.vendor == "postgresql":
        _insert_unnested(new)
    else:
        _insert_each(new)
    return new


def _keys(model: type[models.Model], count: int) -> list[int]:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [table, count],
            )
            return [key for (key,) in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = cursor.fetchone()
    first = (last[0] if last else 0) + 1
    return list(range(first, first + count))


def _insert_each(rows: Sequence[models.Model]) -> None:
    """SQLite: one prepared statement, run once for each row without going back to Python."""
    fields, columns = [], []
    for field, values, same in _columns(rows):
        fields.append(field)
        columns.append(repeat(_prepared(field, values[0])) if same else _varying(field, values))
    names, marks = _names(fields), ", ".join(["%s"] * len(fields))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {_table(rows)} ({names}) VALUES ({marks})",  # noqa: S608 - our own names
            [values for _, *values in zip(rows, *columns, strict=False)],
        )


def _insert_unnested(rows: Sequence[models.Model]) -> None:
    """PostgreSQL: what differs goes as one array for each column, what does not goes once."""
    fields: list[Any] = []
    shown: list[str] = []
    arrays: list[str] = []
    params: list[Any] = []
    lists: list[Any] = []
    for field, values, same in _columns(rows):
        fields.append(field)
        cast = _cast(field)
        if same:
            shown.append(f"%s::{cast}")
            params.append(_prepared(field, values[0]))
            continue
        shown.append(f"u.c{len(arrays)}::{cast}")
        arrays.append("text[]" if cast == "jsonb" else f"{cast}[]")
        lists.append(_texts(values) if cast == "jsonb" else _varying(field, values))
    marks = ", ".join(f"%s::{array}" for array in arrays)
    names = ", ".join(f"c{number}" for number in range(len(arrays)))
    into = f"INSERT INTO {_table(rows)} ({_names(fields)})"
    chosen = f"SELECT {', '.join(shown)} FROM unnest({marks}) AS u({names})"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"{into} {chosen}", [*params, *lists])


def _columns(rows: Sequence[models.Model]) -> Iterator[tuple[Any, list[Any], bool]]:
    """Each field with its values, and whether they are all the same."""
    for field in rows[0]._meta.concrete_fields:
        if getattr(field, "auto_now_add", False):
            moment = field.pre_save(rows[0], True)
            for row in rows:
                setattr(row, field.attname, moment)
        values = [row.__dict__[field.attname] for row in rows]
        yield field, values, values.count(values[0]) == len(values)


def _varying(field: Any, values: Sequence[Any]) -> list[Any]:
    """Every value prepared; what is the same object, like legs that jobs share, only once, and
    what a database takes as it is not at all."""
    if not isinstance(field, models.JSONField) and all(type(one) in PLAIN for one in values):
        return list(values)
    known: dict[int, Any] = {}
    prepared = []
    for value in values:
        if id(value) not in known:
            known[id(value)] = _prepared(field, value)
        prepared.append(known[id(value)])
    return prepared


def _texts(values: Sequence[Any]) -> list[str]:
    known: dict[int, str] = {}
    return [
        known.get(id(value)) or known.setdefault(id(value), json.dumps(value)) for value in values
    ]


def _prepared(field: Any, value: Any) -> Any:
    return field.get_db_prep_save(value, connection)


def _cast(field: Any) -> str:
    """The type to cast to. A cast to varchar(n) cuts in silence; text is checked on arrival."""
    kind = str(field.db_type(connection))
    return "text" if kind.startswith("varchar") else kind


def _names(fields: Sequence[Any]) -> str:
    return ", ".join(connection.ops.quote_name(field.column) for field in fields)


def _table(rows: Sequence[models.Model]) -> str:
    return connection.ops.quote_name(rows[0]._meta.db_table)
