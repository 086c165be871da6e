"""The index of adjustments tells what they held, too, so that sums of them come from it alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("generation", "0005_stamps_of_sums")]

    operations = [
        migrations.RemoveIndex(model_name="ledgerline", name="ledger_adjustments"),
        migrations.AddIndex(
            model_name="ledgerline",
            index=models.Index(
                condition=models.Q(("kind", "adjust")),
                fields=["workspace", "mode", "created_at"],
                include=("held_delta", "spent_delta", "attempt", "cost_centre"),
                name="ledger_adjustments",
            ),
        ),
    ]
