import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """The picture that a clip ends on."""

    dependencies = [("generation", "0021_ledger_sums")]

    operations = [
        migrations.AddField(
            model_name="job",
            name="last_picture",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="generation.asset",
            ),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(
                condition=models.Q(("last_picture__isnull", False)),
                fields=["last_picture"],
                name="job_last_picture",
            ),
        ),
    ]
