"""Room for the periods of a budget; what stands in the old columns moves in the next step."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import generation.models.budget
from generation.migrations._append_only import guard

MODE = models.CharField(choices=[("test", "Test"), ("live", "Live")], max_length=4)


def workspace():
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.workspace"
    )


def key():
    return models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    )


def set_guard(apps, editor):
    guard(editor, "generation_ledgerbudget")


class Migration(migrations.Migration):
    dependencies = [
        ("generation", "0005_quote"),
        ("accounts", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        # Backwards this comes last: SQLite has lost the triggers of the table made anew.
        migrations.RunPython(migrations.RunPython.noop, set_guard),
        migrations.RemoveIndex(model_name="budget", name="budget_lookup"),
        migrations.RenameField("budget", "period_start", "starts_on"),
        migrations.RenameField("budget", "period_end", "ends_on"),
        migrations.AddField(
            model_name="budget",
            name="period",
            field=models.CharField(
                choices=[
                    ("monthly", "Every month"),
                    ("custom", "From a day to a day"),
                    ("lifetime", "Once, without an end"),
                ],
                default="lifetime",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="budget",
            name="alert_shares",
            field=models.JSONField(default=generation.models.budget.usual_shares),
        ),
        migrations.AddField(
            model_name="budget", name="active", field=models.BooleanField(default=True)
        ),
        migrations.AddField(
            model_name="budget",
            name="created_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="budget",
            index=models.Index(fields=["workspace", "mode", "kind"], name="budget_lookup"),
        ),
        migrations.CreateModel(
            name="BudgetPeriod",
            fields=[
                ("id", key()),
                ("mode", MODE),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(null=True)),
                ("hard", models.BooleanField(default=True)),
                ("limit_micros", models.BigIntegerField()),
                ("held_micros", models.BigIntegerField(default=0)),
                ("spent_micros", models.BigIntegerField(default=0)),
                ("next_alert_micros", models.BigIntegerField(null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "budget",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="periods",
                        to="generation.budget",
                    ),
                ),
                ("workspace", workspace()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("budget", "starts_on"), name="period_once"),
                    models.CheckConstraint(
                        condition=models.Q(("limit_micros__gte", 0)), name="period_limit_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("held_micros__gte", 0)), name="period_held_positive"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BudgetAlert",
            fields=[
                ("id", key()),
                ("mode", MODE),
                (
                    "share",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(1000),
                        ]
                    ),
                ),
                ("limit_micros", models.BigIntegerField()),
                ("used_micros", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("mailed_at", models.DateTimeField(null=True)),
                ("next_try_at", models.DateTimeField(null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alerts",
                        to="generation.budgetperiod",
                    ),
                ),
                ("workspace", workspace()),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("next_try_at__isnull", False)),
                        fields=["next_try_at"],
                        name="alert_due",
                    ),
                    models.Index(fields=["workspace", "mode", "-id"], name="alert_list"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("period", "share", "limit_micros"), name="alert_once_per_line"
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="ledgerbudget",
            name="period",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="generation.budgetperiod",
            ),
        ),
        migrations.AlterField(
            model_name="ledgerbudget",
            name="budget",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="generation.budget",
            ),
        ),
    ]
