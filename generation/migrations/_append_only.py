"""Lifting and setting the triggers of 0002 around a change of an append-only table.

SQLite changes most columns by making the table anew, which loses its triggers: a migration that
alters such a table ends with `guard`. PostgreSQL keeps them, and setting them again is harmless.
"""

ACTS = ("UPDATE", "DELETE")


def lift(editor, table):
    """Take the triggers off."""
    if editor.connection.vendor == "postgresql":
        # What a deferred constraint still has to check would forbid altering the table later.
        editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        editor.execute(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}")
    else:
        for act in ACTS:
            editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{act.lower()}")


def guard(editor, table):
    """Set the triggers, whether or not they are there."""
    lift(editor, table)
    if editor.connection.vendor == "postgresql":
        editor.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION generation_append_only()"
        )
        return
    for act in ACTS:
        editor.execute(
            f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
