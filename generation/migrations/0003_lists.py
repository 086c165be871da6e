"""What keeps lists and sums of a million jobs quick beyond plain indexes."""

from django.db import DatabaseError, ProgrammingError, migrations, transaction

from generation.migrations._job_marks import forget_changes, mark_changes

WORDS = "job_prompt_words ON generation_job USING gin (UPPER(prompt) gin_trgm_ops)"


def find_words(editor):
    """Let PostgreSQL find words anywhere in a prompt, where its extension for that may be had.

    Without it the search gives the same rows and reads every prompt of the workspace.
    """
    if editor.connection.vendor != "postgresql":
        return
    try:
        with transaction.atomic(), editor.connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'")
            if cursor.fetchone() is None:
                return
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except ProgrammingError:
        return  # this user may not
    if editor.connection.pg_version < 140000:
        editor.execute(f"CREATE INDEX IF NOT EXISTS {WORDS}")
        return
    # Words are entered when a job ends: see `generation.prompt_search`. An index of some rows
    # tells the planner nothing of how common a word is, so statistics of their own do.
    editor.execute(f"CREATE INDEX IF NOT EXISTS {WORDS} WHERE ended_at IS NOT NULL")
    editor.execute(
        "CREATE STATISTICS IF NOT EXISTS job_prompt_upper ON (UPPER(prompt)) FROM generation_job"
    )


def forget_words(editor):
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP STATISTICS IF EXISTS job_prompt_upper")
        editor.execute("DROP INDEX IF EXISTS job_prompt_words")


def press_quicker(editor):
    """The legs of a route are pressed together on their way in: lz4 takes a fifth of the time."""
    if editor.connection.vendor != "postgresql":
        return
    try:
        with transaction.atomic():
            editor.execute("ALTER TABLE generation_job ALTER COLUMN route SET COMPRESSION lz4")
    except DatabaseError:
        return  # a server that was built without it, or is older than 14


def forwards(apps, editor):
    find_words(editor)
    press_quicker(editor)
    mark_changes(editor)


def backwards(apps, editor):
    forget_changes(editor)
    forget_words(editor)


class Migration(migrations.Migration):
    dependencies = [("generation", "0002_guards")]
    operations = [migrations.RunPython(forwards, backwards)]
