"""A register as a CSV file, sent while it is read, so that its length needs no memory."""

import csv
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Field, Model, QuerySet

from generation.csv_cells import safe

PIECE = 500


class _Echo:
    """Gives back what is written, so that the csv module makes lines of a stream."""

    def write(self, line: str) -> str:
        return line


def columns_of(model: type[Model], *, hidden: Sequence[str]) -> list[str]:
    """The names of all columns but those that are hidden, as the database calls them."""
    fields: list[Field[Any, Any]] = list(model._meta.concrete_fields)
    return [field.attname for field in fields if field.name not in hidden]


def as_csv(rows: QuerySet[Any, Any], *, columns: Sequence[str]) -> Iterator[str]:
    """A line for the names and one a row, newest first; reads PIECE rows at a time by their ids,
    so that a slow download holds no transaction open."""
    writer: Any = csv.writer(_Echo())
    yield writer.writerow(columns)
    below: int | None = None
    while True:
        part = rows.order_by("-pk") if below is None else rows.order_by("-pk").filter(pk__lt=below)
        found = list(part.values_list("pk", *columns)[:PIECE])
        for row in found:
            yield writer.writerow([safe(value) for value in row[1:]])
        if len(found) < PIECE:
            return
        below = found[-1][0]
