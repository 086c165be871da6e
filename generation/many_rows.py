"""Thousands of new rows of one model in one statement.

Django's bulk_create spends most of a large insert on preparing every value of every row. In a
set of jobs nearly all columns say the same in every row, so here a column is prepared once where
it is the same, and keys are known before the insert instead of being asked for after it.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from typing import Any, TypeVar

from django.db import connection, models
from django.db.models.base import ModelState
from django.utils import timezone

from generation.one_trip import OneTrip
from generation.waypoints import inside

Row = TypeVar("Row", bound=models.Model)
FEW = 20
PLAIN = {int, str, type(None)}
Column = tuple[Any, list[Any], bool]  # a field, its values, and whether they are all the same


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
    related = [(f.name, f.attname) for f in concrete if f.is_relation and f.name in given[0]]
    unnamed = [field for field in concrete if not {field.name, field.attname} & set(given[0])]
    # What is made anew for each row, like its public id.
    fresh = [(f.attname, f.default) for f in unnamed if callable(f.default) and f.has_default()]
    return [first, *(_copied(first, fields, related, fresh) for fields in given[1:])]


def _copied(
    first: Row,
    fields: Mapping[str, Any],
    related: Sequence[tuple[str, str]],
    fresh: Sequence[tuple[str, Callable[[], Any]]],
) -> Row:
    row = type(first).__new__(type(first))
    kept = row.__dict__
    kept.update(first.__dict__)
    kept.update(fields)
    kept["_state"] = state = ModelState()
    for name, attname in related:
        value = kept.pop(name)
        kept[attname] = None if value is None else value.pk
        state.fields_cache[name] = value
    for name, make in fresh:
        kept[name] = make()
    return row


@inside
def insert(rows: Iterable[Row]) -> list[Row]:
    """Insert new rows of one model, set their keys, and give them back.

    Runs inside its caller's transaction: on SQLite, which begins those by taking the writer's
    lock, nobody else can take the keys that come next.
    """
    new = list(rows)
    if not new:
        return []
    model = type(new[0])
    if len(new) == 1:
        columns = [column for column in _columns(new) if not column[0].primary_key]
        _kept(new, _insert_one(model, columns))
    elif len(new) < FEW:
        model._default_manager.bulk_create(new)
    else:
        _kept(new, _keys(model, len(new)))
        _write(model, list(_columns(new)), len(new))
    return new


def _kept(rows: Sequence[models.Model], keys: Sequence[int]) -> None:
    """The rows are in the database under these keys, or will be at once."""
    alias, named = connection.alias, rows[0]._meta.pk.attname
    for row, key in zip(rows, keys, strict=True):
        row.__dict__[named] = key
        row._state.adding = False
        row._state.db = alias


@inside
def insert_plain(model: type[models.Model], rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert what `model(**fields)` would be for each of `rows`, without making it. Returns the
    keys. All rows name the same columns, and foreign keys by their ids."""
    if not rows:
        return []
    if len(rows) == 1:
        return _insert_one(model, list(_plain_columns(model, rows)))
    keys = _keys(model, len(rows))
    known = (model._meta.pk, keys, False)
    _write(model, [known, *_plain_columns(model, rows)], len(rows))
    return keys


@inside
def insert_unless_there(model: type[models.Model], row: Mapping[str, Any]) -> bool:
    """One row, unless a unique constraint forbids it: then False, and the transaction goes on."""
    return bool(_insert_one(model, list(_plain_columns(model, [row])), unless_there=True))


@inside
def insert_unread(
    model: type[models.Model], rows: Sequence[Mapping[str, Any]], trip: OneTrip
) -> None:
    """The same where nobody asks for the keys: the database gives them as it writes, on `trip`."""
    if not rows:
        return
    columns = list(_plain_columns(model, rows))
    if connection.vendor == "postgresql":
        trip.add(*_unnested(model, columns, len(rows)))
    else:
        _insert_each(model, columns, len(rows))


def _plain_columns(
    model: type[models.Model], rows: Sequence[Mapping[str, Any]]
) -> Iterator[Column]:
    """All but the key, from the rows or from the fields' own defaults."""
    given = set(rows[0])
    for field in model._meta.concrete_fields:
        if field.primary_key:
            continue
        if field.attname in given:
            yield _column(field, [row[field.attname] for row in rows])
        elif getattr(field, "auto_now_add", False):
            yield field, [timezone.now()], True
        elif callable(field.default):
            # Made anew for each row, like its public id.
            yield _column(field, [field.get_default() for _ in rows])
        else:
            yield field, [field.get_default()], True


def _keys(model: type[models.Model], count: int) -> list[int]:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # The sequence is looked up once, not for each key.
            cursor.execute(
                "SELECT nextval(found) FROM (SELECT pg_get_serial_sequence(%s, 'id')::regclass"
                " AS found OFFSET 0) named, generate_series(1, %s)",
                [table, count],
            )
            return [key for (key,) in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = cursor.fetchone()
    first = (last[0] if last else 0) + 1
    return list(range(first, first + count))


def _write(model: type[models.Model], columns: Sequence[Column], count: int) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(*_unnested(model, columns, count))
    else:
        _insert_each(model, columns, count)


def _insert_each(model: type[models.Model], columns: Sequence[Column], count: int) -> None:
    """SQLite: one prepared statement, run once for each row without going back to Python."""
    values = [
        repeat(_prepared(field, values[0])) if same else _varying(field, values)
        for field, values, same in columns
    ]
    names = _names([field for field, _, _ in columns])
    marks = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {_table(model)} ({names}) VALUES ({marks})",  # noqa: S608 - our own names
            [row for _, *row in zip(range(count), *values, strict=False)],
        )


def _insert_one(
    model: type[models.Model], columns: Sequence[Column], *, unless_there: bool = False
) -> list[int]:
    """One row, in one statement. Returns its key, `id`, or nothing where it was there already."""
    names = _names([field for field, _, _ in columns])
    marks = ", ".join(["%s"] * len(columns))
    instead = " ON CONFLICT DO NOTHING" if unless_there else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {_table(model)} ({names}) VALUES ({marks}){instead} RETURNING id",  # noqa: S608
            [_prepared(field, values[0]) for field, values, _ in columns],
        )
        return [int(key) for (key,) in cursor.fetchall()]


def _unnested(
    model: type[models.Model], columns: Sequence[Column], count: int
) -> tuple[str, list[Any]]:
    """PostgreSQL: what differs goes as one array for each column, what does not goes once."""
    shown: list[str] = []
    arrays: list[str] = []
    params: list[Any] = []
    lists: list[Any] = []
    for field, values, same in columns:
        cast = _cast(field)
        if same:
            shown.append(f"%s::{cast}")
            params.append(_prepared(field, values[0]))
            continue
        shown.append(f"u.c{len(arrays)}::{cast}")
        arrays.append("text[]" if cast == "jsonb" else f"{cast}[]")
        lists.append(_array(_texts(values) if cast == "jsonb" else _varying(field, values)))
    marks = ", ".join(f"%s::{array}" for array in arrays)
    names = ", ".join(f"c{number}" for number in range(len(arrays)))
    into = f"INSERT INTO {_table(model)} ({_names([field for field, _, _ in columns])})"
    # Rows that differ in nothing are so many times the same one.
    rows = f"unnest({marks}) AS u({names})" if arrays else f"generate_series(1, {count})"
    text = f"{into} SELECT {', '.join(shown)} FROM {rows}"  # noqa: S608 - our own names
    return text, [*params, *lists]


def _array(values: list[Any]) -> Any:
    """PostgreSQL's own spelling of an array of whole numbers or of texts, which the driver would
    work out value by value; the values themselves where there is anything else."""
    kinds = {*map(type, values)}
    if kinds == {int}:
        return f"{{{','.join(map(str, values))}}}"
    if kinds == {str}:
        return f"{{{','.join(map(_quoted, values))}}}"
    return values


def _quoted(text: str) -> str:
    if "\\" in text or '"' in text:
        text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def _columns(rows: Sequence[models.Model]) -> Iterator[Column]:
    """Each field with its values, and whether they are all the same."""
    kept = [row.__dict__ for row in rows]
    for field in rows[0]._meta.concrete_fields:
        name = field.attname
        if getattr(field, "auto_now_add", False):
            moment = field.pre_save(rows[0], True)
            for values in kept:
                values[name] = moment
        yield _column(field, [values[name] for values in kept])


def _column(field: Any, values: list[Any]) -> Column:
    return field, values, values.count(values[0]) == len(values)


def _varying(field: Any, values: Sequence[Any]) -> list[Any]:
    """Every value prepared; what is the same object, like legs that jobs share, only once, and
    what a database takes as it is not at all."""
    if not isinstance(field, models.JSONField) and PLAIN.issuperset(map(type, values)):
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


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)
