"""Sums of jobs of days that are over, and the marks of jobs that change afterwards."""

import django.db.models.deletion
from django.db import migrations, models

from generation.migrations._job_marks import forget_changes, mark_changes


def sum_all_again(apps, editor):
    """Days are summed for jobs and lines together: the worker does so for all of them once."""
    apps.get_model("generation", "DaySum").objects.all().delete()
    apps.get_model("generation", "DaysOver").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_people"),
        ("generation", "0017_money_check"),
    ]

    operations = [
        migrations.CreateModel(
            name="JobMark",
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
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "job",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="generation.job",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="JobSum",
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
                ("kind", models.CharField(max_length=5)),
                ("client", models.BigIntegerField(default=0)),
                ("day", models.DateField()),
                ("before", models.DateField()),
                ("asked_on", models.DateField()),
                ("key", models.TextField()),
                ("jobs", models.BigIntegerField(default=0)),
                ("seconds", models.BigIntegerField(default=0)),
                ("micros", models.BigIntegerField(default=0)),
                (
                    "workspace",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["workspace", "mode", "client", "kind", "day"], name="job_sums"
                    )
                ],
            },
        ),
        migrations.RunPython(sum_all_again, migrations.RunPython.noop),
        migrations.RunPython(mark_changes, forget_changes),
    ]
