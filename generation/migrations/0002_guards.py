"""The database itself refuses to change money, facts and history, and to book into closed months.

SQLite changes most columns by making the table anew, which loses its triggers: a migration that
alters a guarded table there ends with the same operation again.
"""

from django.db import migrations

from accounts.append_only import append_only

ONLY_GROW = (
    "event",
    "issuedfile",
    "issuedline",
    "issuedstatement",
    "ledgerbudget",
    "ledgerline",
    "periodclose",
    "providertask",
    "ratecard",
    "statement",
    "statementdecision",
    "statementline",
)

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


def close_months(apps, editor):
    open_months(apps, editor)
    if editor.connection.vendor == "postgresql":
        editor.execute(PG_FUNCTION, params=None)
        editor.execute(PG_TRIGGER)
    else:
        editor.execute(SQLITE_TRIGGER)


def open_months(apps, editor):
    on = " ON generation_ledgerline" if editor.connection.vendor == "postgresql" else ""
    editor.execute(f"DROP TRIGGER IF EXISTS generation_ledgerline_month_open{on}")


class Migration(migrations.Migration):
    dependencies = [("generation", "0001_initial")]
    operations = [
        append_only(*(f"generation_{table}" for table in ONLY_GROW)),
        migrations.RunPython(close_months, open_months),
    ]
