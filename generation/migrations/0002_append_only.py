"""The database itself refuses to change or delete money, facts and history."""

from django.db import migrations

TABLES = ("generation_ledgerline", "generation_ledgerbudget", "generation_providertask",
          "generation_event")

PG_FUNCTION = """
CREATE OR REPLACE FUNCTION generation_append_only() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$ LANGUAGE plpgsql
"""


def forwards(apps, editor):
    vendor = editor.connection.vendor
    if vendor == "postgresql":
        # Without parameters the driver reads no placeholder into the text's own percent sign.
        editor.execute(PG_FUNCTION, params=None)
    for table in TABLES:
        if vendor == "postgresql":
            # TRUNCATE is left to the owner of the tables: test databases are emptied by it.
            editor.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION generation_append_only()"
            )
        else:
            for act in ("UPDATE", "DELETE"):
                editor.execute(
                    f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )


def backwards(apps, editor):
    for table in TABLES:
        if editor.connection.vendor == "postgresql":
            editor.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        else:
            for act in ("update", "delete"):
                editor.execute(f"DROP TRIGGER {table}_no_{act}")


class Migration(migrations.Migration):
    dependencies = [("generation", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]
