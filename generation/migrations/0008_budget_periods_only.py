"""The periods alone hold the money; the budgets' own columns go."""

import django.db.models.deletion
from django.db import migrations, models

from generation.migrations._append_only import guard, lift

LINKS = "generation_ledgerbudget"


def set_guard(apps, editor):
    guard(editor, LINKS)


def take_off(apps, editor):
    lift(editor, LINKS)


class Migration(migrations.Migration):
    dependencies = [("generation", "0007_fill_budget_periods")]
    operations = [
        # Backwards, the columns come back empty before 0007 fills them: no trigger may be there.
        migrations.RunPython(migrations.RunPython.noop, set_guard),
        migrations.RemoveConstraint(model_name="ledgerbudget", name="budget_once_per_line"),
        migrations.RemoveField(model_name="ledgerbudget", name="budget"),
        migrations.AlterField(
            model_name="ledgerbudget",
            name="period",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="generation.budgetperiod",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgerbudget",
            constraint=models.UniqueConstraint(
                fields=("line", "period"), name="period_once_per_line"
            ),
        ),
        migrations.RemoveConstraint(model_name="budget", name="budget_held_positive"),
        migrations.RemoveField(model_name="budget", name="held_micros"),
        migrations.RemoveField(model_name="budget", name="spent_micros"),
        migrations.RunPython(set_guard, take_off),
    ]
