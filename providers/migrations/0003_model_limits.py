import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("providers", "0002_guards")]

    operations = [
        migrations.CreateModel(
            name="ModelLimit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("model", models.CharField(max_length=80)),
                ("slots", models.PositiveIntegerField(blank=True, null=True)),
                ("slots_by_hand", models.BooleanField(default=False)),
                ("quiet_since", models.DateTimeField(blank=True, null=True)),
                ("quiet_until", models.DateTimeField(blank=True, null=True)),
                ("quiet_reason", models.CharField(blank=True, max_length=200)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="model_limits",
                        to="providers.provideraccount",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("account", "model"), name="model_limit_once"),
                    models.CheckConstraint(
                        condition=models.Q(slots__isnull=True) | models.Q(slots__gt=0),
                        name="model_limit_above_nothing",
                    ),
                ],
            },
        ),
    ]
