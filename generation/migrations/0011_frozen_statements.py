"""The database refuses to change a bill, a decision or a closed month, and to book into one."""

from django.db import migrations

from accounts.append_only import append_only

PG_FUNCTION = """
CREATE OR REPLACE FUNCTION generation_month_is_open() RETURNS trigger AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM generation_periodclose c
        WHERE c.workspace_id = NEW.workspace_id AND c.mode = NEW.mode
        AND (NEW.created_at AT TIME ZONE 'UTC') >= c.month
        AND (NEW.created_at AT TIME ZONE 'UTC') < c.until
    ) THEN
        RAISE EXCEPTION 'this month is closed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$ LANGUAGE plpgsql
"""
PG_TRIGGER = (
    "CREATE TRIGGER generation_ledgerline_month_open BEFORE INSERT ON generation_ledgerline "
    "FOR EACH ROW EXECUTE FUNCTION generation_month_is_open()"
)
# Times are kept as text that begins with the date, so they compare with dates as they stand.
SQLITE_TRIGGER = """
CREATE TRIGGER generation_ledgerline_month_open BEFORE INSERT ON generation_ledgerline
WHEN EXISTS (
    SELECT 1 FROM generation_periodclose c
    WHERE c.workspace_id = NEW.workspace_id AND c.mode = NEW.mode
    AND NEW.created_at >= c.month AND NEW.created_at < c.until)
BEGIN SELECT RAISE(ABORT, 'this month is closed'); END
"""


def forwards(apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute(PG_FUNCTION, params=None)
        editor.execute(PG_TRIGGER)
    else:
        editor.execute(SQLITE_TRIGGER)


def backwards(apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP TRIGGER generation_ledgerline_month_open ON generation_ledgerline")
        editor.execute("DROP FUNCTION generation_month_is_open()")
    else:
        editor.execute("DROP TRIGGER generation_ledgerline_month_open")


class Migration(migrations.Migration):
    dependencies = [("generation", "0010_statements_and_rollups")]
    operations = [
        migrations.RunPython(forwards, backwards),
        append_only("generation_statement"),
        append_only("generation_statementline"),
        append_only("generation_statementdecision"),
        append_only("generation_periodclose"),
    ]
