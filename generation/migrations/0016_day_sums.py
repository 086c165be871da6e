"""Sums of days that are over, and the indexes that lists and reports of a million jobs need."""

import django.db.models.deletion
from django.conf import settings
from django.db import ProgrammingError, migrations, models, transaction


def find_words(apps, editor):
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
        "CREATE INDEX job_prompt_words ON generation_job USING gin (UPPER(prompt) gin_trgm_ops)"
    )


def forget_words(apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP INDEX IF EXISTS job_prompt_words")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_audit_append_only"),
        ("generation", "0015_film_assets"),
        ("providers", "0002_price_proposals"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DaysOver",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "mode",
                    models.CharField(choices=[("test", "Test"), ("live", "Live")], max_length=4),
                ),
                ("zone", models.CharField(max_length=64)),
                ("through", models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name="DaySum",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "mode",
                    models.CharField(choices=[("test", "Test"), ("live", "Live")], max_length=4),
                ),
                ("day", models.DateField()),
                ("client", models.BigIntegerField(default=0)),
                ("dimension", models.CharField(max_length=8)),
                ("key", models.CharField(blank=True, max_length=80)),
                ("before", models.DateField()),
                ("micros", models.BigIntegerField(default=0)),
                ("jobs", models.BigIntegerField(default=0)),
                ("clips", models.BigIntegerField(default=0)),
                ("seconds", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(
                condition=models.Q(("state__in", ("unknown", "lost_billed"))),
                fields=["job"],
                name="attempt_doubt",
            ),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(fields=["workspace", "mode", "tier", "-id"], name="job_by_tier"),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(
                condition=models.Q(("attention", ""), _negated=True),
                fields=["workspace", "mode", "-id"],
                name="job_attention",
            ),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(
                fields=["workspace", "mode", "created_at"],
                include=("state", "error_class", "seconds", "cost_micros", "cost_centre"),
                name="job_asked",
            ),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(
                condition=models.Q(("state", "completed"), _negated=True),
                fields=["workspace", "mode", "created_at"],
                include=("id", "state", "error_class", "seconds", "cost_micros", "cost_centre"),
                name="job_undelivered",
            ),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", False)),
                fields=["workspace", "mode", "ended_at"],
                include=(
                    "state",
                    "generation_mode",
                    "ratio",
                    "seconds",
                    "cost_micros",
                    "created_at",
                    "cost_centre",
                ),
                name="job_ended",
            ),
        ),
        migrations.AddIndex(
            model_name="dailyrollup",
            index=models.Index(
                fields=["workspace", "mode", "day"],
                include=(
                    "provider",
                    "model",
                    "tier",
                    "person",
                    "cost_centre",
                    "held_micros",
                    "released_micros",
                    "spent_micros",
                    "lines",
                ),
                name="rollup_sums",
            ),
        ),
        migrations.AddIndex(
            model_name="ledgerline",
            index=models.Index(
                condition=models.Q(("spent_delta", 0), _negated=True),
                fields=["workspace", "mode", "created_at"],
                include=("spent_delta", "job", "attempt", "cost_centre"),
                name="ledger_costs",
            ),
        ),
        migrations.AddIndex(
            model_name="ledgerline",
            index=models.Index(
                condition=models.Q(("task_id", ""), _negated=True),
                fields=["workspace", "mode", "account", "created_at"],
                include=("task_id", "spent_delta", "kind"),
                name="ledger_to_match",
            ),
        ),
        migrations.AddIndex(
            model_name="ledgerline",
            index=models.Index(
                condition=models.Q(("task_id", ""), _negated=True),
                fields=["account", "task_id"],
                include=("workspace", "mode", "kind", "spent_delta", "created_at"),
                name="ledger_by_task",
            ),
        ),
        migrations.AddIndex(
            model_name="ledgerline",
            index=models.Index(fields=["workspace", "mode", "kind", "-id"], name="ledger_by_kind"),
        ),
        migrations.AddField(
            model_name="daysover",
            name="workspace",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.workspace",
            ),
        ),
        migrations.AddField(
            model_name="daysum",
            name="workspace",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                db_index=False,
                related_name="+",
                to="accounts.workspace",
            ),
        ),
        migrations.AlterField(
            model_name="dailyrollup",
            name="workspace",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.workspace",
            ),
        ),
        migrations.AddConstraint(
            model_name="daysover",
            constraint=models.UniqueConstraint(fields=("workspace", "mode"), name="days_over_once"),
        ),
        migrations.AddConstraint(
            model_name="daysum",
            constraint=models.UniqueConstraint(
                fields=("workspace", "mode", "client", "dimension", "day", "key", "before"),
                name="day_sum_once",
            ),
        ),
        migrations.RunPython(find_words, forget_words),
    ]
