"""Prices are added, never rewritten by any code path."""

from django.db import migrations

TABLE = "providers_pricerow"


def guard(apps, editor):
    lift(apps, editor)
    if editor.connection.vendor == "sqlite":
        for act in ("UPDATE", "DELETE"):
            editor.execute(
                f"CREATE TRIGGER {TABLE}_no_{act.lower()} BEFORE {act} ON {TABLE} "
                f"BEGIN SELECT RAISE(ABORT, '{TABLE} is append-only'); END"
            )
        return
    editor.execute(
        f"CREATE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{TABLE} is append-only' "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    editor.execute(
        f"CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE ON {TABLE} "
        f"FOR EACH ROW EXECUTE FUNCTION {TABLE}_refuse()"
    )


def lift(apps, editor):
    if editor.connection.vendor == "sqlite":
        for act in ("update", "delete"):
            editor.execute(f"DROP TRIGGER IF EXISTS {TABLE}_no_{act}")
        return
    editor.execute(f"DROP TRIGGER IF EXISTS {TABLE}_append_only ON {TABLE}")
    editor.execute(f"DROP FUNCTION IF EXISTS {TABLE}_refuse()")


class Migration(migrations.Migration):
    dependencies = [("providers", "0001_initial")]
    operations = [migrations.RunPython(guard, lift)]
