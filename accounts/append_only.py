"""Tables that only grow: database triggers that refuse UPDATE and DELETE.

Written for both databases, so that no code path, admin page or shell can rewrite the past. On
SQLite a migration that alters such a table rebuilds it and loses its triggers: end that migration
with `append_only(table)` again. TRUNCATE on PostgreSQL is left alone for the test runner's flush.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def append_only(*tables: str) -> migrations.RunPython:
    """A migration operation that arms `tables`; reversing the migration lifts it.

    One operation for many: Django pictures all models anew for each.
    """

    def forwards(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        for table in tables:
            arm(schema_editor, table=table)

    def backwards(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        for table in tables:
            lift(schema_editor, table=table)

    return migrations.RunPython(forwards, backwards)


def arm(schema_editor: BaseDatabaseSchemaEditor, *, table: str) -> None:
    """Refuse every UPDATE and DELETE of a row of `table` from now on."""
    lift(schema_editor, table=table)
    if schema_editor.connection.vendor == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            schema_editor.execute(
                f'CREATE TRIGGER "{table}_no_{verb.lower()}" BEFORE {verb} ON "{table}" '
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    schema_editor.execute(
        f'CREATE FUNCTION "{table}_refuse"() RETURNS trigger LANGUAGE plpgsql AS '
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only' "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    schema_editor.execute(
        f'CREATE TRIGGER "{table}_append_only" BEFORE UPDATE OR DELETE ON "{table}" '
        f'FOR EACH ROW EXECUTE FUNCTION "{table}_refuse"()'
    )


def lift(schema_editor: BaseDatabaseSchemaEditor, *, table: str) -> None:
    """Remove the triggers of `table`, if it has any."""
    if schema_editor.connection.vendor == "sqlite":
        for verb in ("update", "delete"):
            schema_editor.execute(f'DROP TRIGGER IF EXISTS "{table}_no_{verb}"')
        return
    schema_editor.execute(f'DROP TRIGGER IF EXISTS "{table}_append_only" ON "{table}"')
    schema_editor.execute(f'DROP FUNCTION IF EXISTS "{table}_refuse"()')
