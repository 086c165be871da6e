from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("providers", "0003_account_states")]

    operations = [
        migrations.AddField(
            model_name="tierpolicy",
            name="order_by_hand",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="provideraccount",
            name="circuit_since",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
