from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("generation", "0016_day_sums")]

    operations = [
        migrations.CreateModel(
            name="MoneyCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("took_ms", models.PositiveIntegerField()),
                ("found", models.JSONField()),
                ("first", models.JSONField(default=list)),
            ],
            options={
                "indexes": [models.Index(fields=["-at"], name="money_check_newest")],
            },
        ),
    ]
