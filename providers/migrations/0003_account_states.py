from django.db import migrations, models

STATES = [
    ("active", "Active"),
    ("paused", "Paused"),
    ("draining", "Draining"),
    ("retired", "Retired"),
]


def rename(apps, schema_editor):
    """What was called draining until now sent nothing at all."""
    rows = apps.get_model("providers", "ProviderAccount").objects.filter(state="draining")
    rows.update(state="paused")


def name_back(apps, schema_editor):
    rows = apps.get_model("providers", "ProviderAccount").objects.filter(state="paused")
    rows.update(state="draining")


class Migration(migrations.Migration):
    dependencies = [("providers", "0002_price_proposals")]

    operations = [
        migrations.AddField(
            model_name="provideraccount",
            name="state_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="provideraccount",
            name="state_by",
            field=models.CharField(blank=True, default="", max_length=150),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="provideraccount",
            name="state",
            field=models.CharField(choices=STATES, default="active", max_length=8),
        ),
        migrations.AddField(
            model_name="offer",
            name="lifecycle_by_hand",
            field=models.BooleanField(default=False),
        ),
        migrations.RunPython(rename, name_back),
    ]
