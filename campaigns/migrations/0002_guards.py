"""A published version of a template never changes."""

from django.db import migrations

TABLE = "campaigns_templateversion"
NAME = f"{TABLE}_published"
# Who wrote it may be forgotten with the account; what it says may not.
SAID = (
    "template_id, number, body, variables, renderings, settings, change_note, from_starter, "
    "published_at, created_at, workspace_id, mode"
)
FUNCTION = """
CREATE OR REPLACE FUNCTION campaigns_published_stays() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION 'a published version never changes'
        USING ERRCODE = 'integrity_constraint_violation';
END
$$ LANGUAGE plpgsql
"""


def lock(apps, editor):
    unlock(apps, editor)
    if editor.connection.vendor == "postgresql":
        editor.execute(FUNCTION)
        editor.execute(
            f"CREATE TRIGGER {NAME} BEFORE UPDATE OF {SAID} OR DELETE ON {TABLE} FOR EACH ROW "
            "WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION campaigns_published_stays()"
        )
        return
    for act in (f"UPDATE OF {SAID}", "DELETE"):
        editor.execute(
            f"CREATE TRIGGER {NAME}_no_{act[:6].lower()} BEFORE {act} ON {TABLE} "
            "WHEN OLD.published_at IS NOT NULL "
            "BEGIN SELECT RAISE(ABORT, 'a published version never changes'); END"
        )


def unlock(apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute(f"DROP TRIGGER IF EXISTS {NAME} ON {TABLE}")
        editor.execute("DROP FUNCTION IF EXISTS campaigns_published_stays()")
        return
    for act in ("update", "delete"):
        editor.execute(f"DROP TRIGGER IF EXISTS {NAME}_no_{act}")


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0001_initial")]
    operations = [migrations.RunPython(lock, unlock)]
