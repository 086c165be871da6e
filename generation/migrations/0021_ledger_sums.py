import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_people"),
        ("generation", "0020_matched_months"),
    ]

    operations = [
        migrations.CreateModel(
            name="LedgerSum",
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
                ("month", models.DateField()),
                ("provider", models.CharField(max_length=20)),
                ("model", models.CharField(max_length=80)),
                ("tier", models.CharField(max_length=8)),
                ("person", models.BigIntegerField(default=0)),
                ("api_key", models.BigIntegerField(default=0)),
                ("held_micros", models.BigIntegerField(default=0)),
                ("spent_micros", models.BigIntegerField(default=0)),
                ("lines", models.BigIntegerField(default=0)),
                (
                    "place",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="generation.costcentre",
                    ),
                ),
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=(
                            "workspace",
                            "mode",
                            "month",
                            "place",
                            "provider",
                            "model",
                            "tier",
                            "person",
                            "api_key",
                        ),
                        name="ledger_sum_once",
                    )
                ],
                "indexes": [
                    models.Index(
                        fields=["workspace", "mode", "month"],
                        include=(
                            "provider",
                            "model",
                            "tier",
                            "person",
                            "api_key",
                            "place",
                            "held_micros",
                            "spent_micros",
                            "lines",
                        ),
                        name="ledger_sums",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LedgerSummed",
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
                ("through", models.DateField()),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "mode"), name="ledger_summed_once")
                ],
            },
        ),
    ]
