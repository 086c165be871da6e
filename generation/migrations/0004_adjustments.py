"""Adjustments of days that are over are summed with them: all days are summed once more."""

from django.db import migrations, models


def sum_anew(apps, schema_editor) -> None:
    """What is kept lacks them. The worker sums again what is gone, and until then every report
    reads the lines."""
    for name in ("DaySum", "JobSum", "JobMark", "DaysOver"):
        apps.get_model("generation", name).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("generation", "0003_lists")]

    operations = [
        migrations.AddIndex(
            model_name="ledgerline",
            index=models.Index(
                condition=models.Q(("kind", "adjust")),
                fields=["workspace", "mode", "created_at"],
                include=("spent_delta", "attempt", "cost_centre"),
                name="ledger_adjustments",
            ),
        ),
        migrations.RunPython(sum_anew, migrations.RunPython.noop),
    ]
