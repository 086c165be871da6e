"""What keeps lists and sums of a million jobs quick beyond plain indexes."""

from django.db import ProgrammingError, migrations, transaction

from generation.migrations._job_marks import forget_changes, mark_changes


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
    editor.execute(
        "CREATE INDEX IF NOT EXISTS job_prompt_words ON generation_job "
        "USING gin (UPPER(prompt) gin_trgm_ops)"
    )


def forget_words(editor):
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP INDEX IF EXISTS job_prompt_words")


def forwards(apps, editor):
    find_words(editor)
    mark_changes(editor)


def backwards(apps, editor):
    forget_changes(editor)
    forget_words(editor)


class Migration(migrations.Migration):
    dependencies = [("generation", "0002_guards")]
    operations = [migrations.RunPython(forwards, backwards)]
