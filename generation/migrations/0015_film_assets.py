"""Films are kept beside pictures and clips; only clips come from an attempt."""

from django.db import migrations, models
from django.db.models import Q

KINDS = [("clip", "Clip"), ("picture", "Picture"), ("film", "Film")]
FROM_AN_ATTEMPT = Q(attempt__isnull=False, job__isnull=False)


class Migration(migrations.Migration):
    dependencies = [("generation", "0014_issued_statements")]
    operations = [
        migrations.RemoveConstraint(model_name="asset", name="clip_has_attempt"),
        migrations.AlterField(
            model_name="asset",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=7),
        ),
        migrations.AddConstraint(
            model_name="asset",
            constraint=models.CheckConstraint(
                condition=~Q(kind="clip") | FROM_AN_ATTEMPT, name="clip_has_attempt"
            ),
        ),
    ]
