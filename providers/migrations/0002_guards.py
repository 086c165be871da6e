"""Prices are added, never rewritten by any code path."""

from django.db import migrations

from accounts.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("providers", "0001_initial")]
    operations = [append_only("providers_pricerow")]
