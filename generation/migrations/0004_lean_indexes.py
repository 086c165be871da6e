"""Fewer and cheaper indexes where rows are written, so that a thousand clips are admitted sooner.

Gone is what another index begins with, and what nobody asks by. Only names change hands here, no
table is made anew: SQLite would lose the triggers of those.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import DatabaseError, migrations, models, transaction
from django.db.models import Q

# By model: the foreign keys whose own index is gone.
UNASKED = {
    "job": ("workspace", "batch", "quote", "cost_centre"),
    "attempt": ("workspace", "job", "account", "offer"),
    "ledgerline": ("workspace", "account"),
    "ledgerbudget": ("line",),
    "event": ("workspace", "job"),
}
# What a row repeats of the row it belongs to, which is checked there; A14 proves that it agrees.
REPEATED = {
    "attempt": ("workspace",),
    "ledgerline": ("workspace", "account", "price_row", "job"),
    "event": ("workspace",),
}
WORDS = "CREATE INDEX job_prompt_words ON generation_job USING gin (UPPER(prompt) gin_trgm_ops)"


def drop(apps, editor):
    """By the columns, since the names that Django gives differ between its versions."""
    with editor.connection.cursor() as cursor:
        for model, fields in UNASKED.items():
            table = f"generation_{model}"
            found = editor.connection.introspection.get_constraints(cursor, table)
            for name, what in found.items():
                own = name.startswith(f"{table}_") and not what["unique"]
                if own and what["index"] and what["columns"] in [[f"{f}_id"] for f in fields]:
                    editor.execute(f'DROP INDEX "{name}"')
        if editor.connection.vendor != "postgresql":
            return
        for model, fields in REPEATED.items():
            table = f"generation_{model}"
            found = editor.connection.introspection.get_constraints(cursor, table)
            for name, what in found.items():
                if what["foreign_key"] and what["columns"] in [[f"{f}_id"] for f in fields]:
                    editor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        # Of a secret's hash nobody knows only the beginning.
        cursor.execute(
            "SELECT indexname FROM pg_indexes WHERE tablename = 'generation_attempt'"
            " AND indexname LIKE 'generation_attempt_hook_token_hash%_like'"
        )
        for (name,) in cursor.fetchall():
            editor.execute(f'DROP INDEX "{name}"')


def find_ended(apps, editor):
    """Words are entered when a job ends: see `generation.prompt_search`.

    An index of some rows tells the planner nothing of how common a word is, so statistics of
    their own do; servers before 14 have none and keep the whole index.
    """
    if not _has_words(editor) or editor.connection.pg_version < 140000:
        return
    editor.execute("DROP INDEX job_prompt_words")
    editor.execute(f"{WORDS} WHERE ended_at IS NOT NULL")
    editor.execute("CREATE STATISTICS job_prompt_upper ON (UPPER(prompt)) FROM generation_job")
    editor.execute("ANALYZE generation_job")


def find_all(apps, editor):
    if not _has_words(editor):
        return
    editor.execute("DROP STATISTICS IF EXISTS job_prompt_upper")
    editor.execute("DROP INDEX job_prompt_words")
    editor.execute(WORDS)


def _has_words(editor):
    if editor.connection.vendor != "postgresql":
        return False
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_indexes WHERE indexname = 'job_prompt_words'")
        return cursor.fetchone() is not None


def press_quicker(apps, editor):
    """The legs of a route are pressed together on their way in: lz4 takes a fifth of the time."""
    if editor.connection.vendor != "postgresql":
        return
    try:
        with transaction.atomic():
            editor.execute("ALTER TABLE generation_job ALTER COLUMN route SET COMPRESSION lz4")
    except DatabaseError:
        return  # a server that was built without it, or is older than 14


def sum_all_again(apps, editor):
    """Costs of later days are kept by other keys now: the worker sums all days once more."""
    for name in ("JobSum", "DaySum", "DaysOver"):
        apps.get_model("generation", name).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_guards"),
        ("generation", "0003_lists"),
        ("providers", "0002_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            # Backwards nothing is missed but speed.
            database_operations=[migrations.RunPython(drop, migrations.RunPython.noop)],
            state_operations=[
        migrations.AlterField(
            model_name='attempt',
            name='account',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='providers.provideraccount'),
        ),
        migrations.AlterField(
            model_name='attempt',
            name='job',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to='generation.job'),
        ),
        migrations.AlterField(
            model_name='attempt',
            name='offer',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='providers.offer'),
        ),
        migrations.AlterField(
            model_name='attempt',
            name='workspace',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.workspace'),
        ),
        migrations.AlterField(
            model_name='event',
            name='job',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='generation.job'),
        ),
        migrations.AlterField(
            model_name='event',
            name='workspace',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.workspace'),
        ),
        migrations.AlterField(
            model_name='job',
            name='batch',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='jobs', to='generation.batch'),
        ),
        migrations.AlterField(
            model_name='job',
            name='cost_centre',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='generation.costcentre'),
        ),
        migrations.AlterField(
            model_name='job',
            name='quote',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='jobs', to='generation.quote'),
        ),
        migrations.AlterField(
            model_name='job',
            name='workspace',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.workspace'),
        ),
        migrations.AlterField(
            model_name='ledgerbudget',
            name='line',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='budget_links', to='generation.ledgerline'),
        ),
        migrations.AlterField(
            model_name='ledgerline',
            name='account',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='providers.provideraccount'),
        ),
        migrations.AlterField(
            model_name='ledgerline',
            name='job',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='ledger_lines', to='generation.job'),
        ),
        migrations.AlterField(
            model_name='ledgerline',
            name='price_row',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='providers.pricerow'),
        ),
        migrations.AlterField(
            model_name='ledgerline',
            name='workspace',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.workspace'),
        ),
            ],
        ),
        migrations.RemoveIndex(model_name="job", name="job_undelivered"),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(
                condition=Q(ended_at__isnull=True),
                fields=["workspace", "mode", "-id"],
                name="job_open",
            ),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(fields=["cost_centre", "-id"], name="job_of_centre"),
        ),
        migrations.RunPython(find_ended, find_all),
        migrations.RunPython(press_quicker, migrations.RunPython.noop),
        migrations.RunPython(sum_all_again, sum_all_again),
    ]
