"""What clients pay, dated; cards are added and never changed."""

import django.db.models.deletion
import generation.identifiers
from django.conf import settings
from django.db import migrations, models

from accounts.append_only import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_audit_append_only'),
        ('generation', '0008_budget_periods_only'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='RateCard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mode', models.CharField(choices=[('test', 'Test'), ('live', 'Live')], max_length=4)),
                ('uid', models.CharField(default=generation.identifiers.card_uid, max_length=32, unique=True)),
                ('kind', models.CharField(choices=[('cost_plus', 'Cost plus a percentage'), ('per_second', 'A price per delivered second'), ('retainer', 'A monthly fee with seconds included')], max_length=10)),
                ('valid_from', models.DateField()),
                ('currency', models.CharField(default='USD', max_length=3)),
                ('micros_per_dollar', models.BigIntegerField(default=1000000)),
                ('markup_bp', models.PositiveIntegerField(default=0)),
                ('second_micros', models.BigIntegerField(default=0)),
                ('fee_micros', models.BigIntegerField(default=0)),
                ('included_seconds', models.PositiveIntegerField(default=0)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.AddConstraint(
            model_name='costcentre',
            constraint=models.UniqueConstraint(condition=models.Q(('kind__in', ('client', 'campaign'))), fields=('workspace', 'mode', 'kind', 'name'), name='centre_name_once'),
        ),
        migrations.AddField(
            model_name='ratecard',
            name='client',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rate_cards', to='generation.costcentre'),
        ),
        migrations.AddField(
            model_name='ratecard',
            name='created_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='ratecard',
            name='workspace',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.workspace'),
        ),
        migrations.AddIndex(
            model_name='ratecard',
            index=models.Index(fields=['client', 'valid_from', 'id'], name='rate_card_of_client'),
        ),
        migrations.AddConstraint(
            model_name='ratecard',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['cost_plus', 'per_second', 'retainer']), ('fee_micros__gte', 0), ('micros_per_dollar__gt', 0), ('second_micros__gte', 0)), name='rate_card_positive'),
        ),
        migrations.AddConstraint(
            model_name='ratecard',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('currency', 'USD'), _negated=True), ('micros_per_dollar', 1000000), _connector='OR'), name='rate_card_dollar_is_one'),
        ),
        append_only('generation_ratecard'),
    ]
