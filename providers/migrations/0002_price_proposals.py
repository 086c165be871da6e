"""Changes of the price book as rows, and prices that no code path can rewrite."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

TABLE = "providers_pricerow"


def guard(apps, editor):
    if editor.connection.vendor == "sqlite":
        for act in ("UPDATE", "DELETE"):
            editor.execute(
                f"CREATE TRIGGER {TABLE}_no_{act.lower()} BEFORE {act} ON {TABLE} "
                f"BEGIN SELECT RAISE(ABORT, '{TABLE} is append-only'); END"
            )
        return
    editor.execute(
        f"CREATE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{TABLE} is append-only' "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    editor.execute(
        f"CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE ON {TABLE} "
        f"FOR EACH ROW EXECUTE FUNCTION {TABLE}_refuse()"
    )


def lift(apps, editor):
    if editor.connection.vendor == "sqlite":
        for act in ("update", "delete"):
            editor.execute(f"DROP TRIGGER IF EXISTS {TABLE}_no_{act}")
        return
    editor.execute(f"DROP TRIGGER IF EXISTS {TABLE}_append_only ON {TABLE}")
    editor.execute(f"DROP FUNCTION IF EXISTS {TABLE}_refuse()")


class Migration(migrations.Migration):

    dependencies = [
        ('providers', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PriceProposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('micros_per_second', models.BigIntegerField()),
                ('valid_from', models.DateField()),
                ('source', models.CharField(max_length=200)),
                ('state', models.CharField(choices=[('pending', 'Waits for a second person'), ('approved', 'In the price book'), ('refused', 'Refused')], default='pending', max_length=8)),
                ('proposed_at', models.DateTimeField(auto_now_add=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('offer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='providers.offer')),
                ('price_row', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='proposal', to='providers.pricerow')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('micros_per_second__gt', 0)), name='proposal_above_nothing'), models.UniqueConstraint(condition=models.Q(('state', 'pending')), fields=('offer', 'valid_from'), name='one_open_proposal_a_day'), models.CheckConstraint(condition=models.Q(models.Q(('price_row__isnull', False), ('state', 'approved')), models.Q(models.Q(('state', 'approved'), _negated=True), ('price_row__isnull', True)), _connector='OR'), name='approved_has_price_row')],
            },
        ),
        migrations.RunPython(guard, lift),
    ]
