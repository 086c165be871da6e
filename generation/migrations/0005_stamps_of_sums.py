"""Sums of days that are over have a stamp, under which a process may remember what they said."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("generation", "0004_adjustments")]

    operations = [
        migrations.AddField(
            model_name="daysover",
            name="stamp",
            field=models.BigIntegerField(null=True),
        ),
    ]
