"""Moments as text and spans between them, worked out by the database: thousands of rows are read
with them, and most of the time would go into making Python's own moments of each."""

from typing import Any

from django.db.models import CharField, FloatField, Func


class SecondsBetween(Func):
    """`SecondsBetween(to, begun)`: the seconds from `begun` to `to`, to the millisecond; null where
    either is."""

    arity = 2
    output_field = FloatField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        template = "ROUND((JULIANDAY(%(expressions)s)) * 86400.0, 3)"
        joined = ") - JULIANDAY("
        return self.as_sql(compiler, connection, template=template, arg_joiner=joined, **more)

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        template = "ROUND(EXTRACT(EPOCH FROM %(expressions)s), 3)::float8"
        return self.as_sql(compiler, connection, template=template, arg_joiner=" - ", **more)


class UtcText(Func):
    """A moment as "2026-11-23 12:00:00.000000" in UTC; the fraction may be missing."""

    arity = 1
    output_field = CharField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        # Moments are kept there as text, in UTC.
        return self.as_sql(compiler, connection, template="(%(expressions)s || '')", **more)

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        words = "'YYYY-MM-DD HH24:MI:SS.US'"
        template = f"TO_CHAR(%(expressions)s AT TIME ZONE 'UTC', {words})"
        return self.as_sql(compiler, connection, template=template, **more)
