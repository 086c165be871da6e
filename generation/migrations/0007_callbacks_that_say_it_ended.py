"""A callback's row tells whether it said that its task had ended, or only that it moved."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("generation", "0006_adjustments_held")]

    operations = [
        migrations.AddField(
            model_name="receivedcallback",
            name="says_ended",
            field=models.BooleanField(db_default=True),
        ),
    ]
