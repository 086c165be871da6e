"""Clients' statements as they were issued, which the database refuses to change."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.append_only import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_audit_append_only'),
        ('generation', '0012_webhook_endpoints'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='IssuedStatement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mode', models.CharField(choices=[('test', 'Test'), ('live', 'Live')], max_length=4)),
                ('number', models.CharField(max_length=16)),
                ('year', models.PositiveSmallIntegerField()),
                ('serial', models.PositiveIntegerField()),
                ('kind', models.CharField(choices=[('statement', 'Statement'), ('correction', 'Correction')], max_length=10)),
                ('client_name', models.CharField(max_length=200)),
                ('month', models.DateField()),
                ('time_zone', models.CharField(max_length=64)),
                ('currency', models.CharField(max_length=3)),
                ('total_cents', models.BigIntegerField()),
                ('clips', models.IntegerField()),
                ('seconds', models.IntegerField()),
                ('unpriced_clips', models.PositiveIntegerField(default=0)),
                ('letterhead', models.JSONField()),
                ('rate_cards', models.JSONField()),
                ('issued_at', models.DateTimeField()),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='generation.costcentre')),
                ('corrects', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='generation.issuedstatement')),
                ('issued_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('month_close', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='generation.periodclose')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.workspace')),
            ],
        ),
        migrations.CreateModel(
            name='IssuedLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mode', models.CharField(choices=[('test', 'Test'), ('live', 'Live')], max_length=4)),
                ('position', models.PositiveIntegerField()),
                ('month', models.DateField()),
                ('campaign_id', models.CharField(blank=True, max_length=32)),
                ('what', models.CharField(max_length=400)),
                ('clips', models.IntegerField()),
                ('seconds', models.IntegerField()),
                ('rate', models.CharField(blank=True, max_length=80)),
                ('cents', models.BigIntegerField()),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='generation.costcentre')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.workspace')),
                ('corrects', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='generation.issuedstatement')),
                ('statement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='generation.issuedstatement')),
            ],
        ),
        migrations.CreateModel(
            name='IssuedFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mode', models.CharField(choices=[('test', 'Test'), ('live', 'Live')], max_length=4)),
                ('ending', models.CharField(choices=[('csv', 'CSV'), ('pdf', 'PDF')], max_length=3)),
                ('content', models.BinaryField()),
                ('sha256', models.CharField(max_length=64)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.workspace')),
                ('statement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='generation.issuedstatement')),
            ],
        ),
        migrations.AddIndex(
            model_name='issuedstatement',
            index=models.Index(fields=['client', '-id'], name='issued_of_client'),
        ),
        migrations.AddConstraint(
            model_name='issuedstatement',
            constraint=models.UniqueConstraint(fields=('workspace', 'mode', 'year', 'serial'), name='statement_serial_once'),
        ),
        migrations.AddConstraint(
            model_name='issuedstatement',
            constraint=models.UniqueConstraint(fields=('workspace', 'mode', 'number'), name='statement_number_once'),
        ),
        migrations.AddConstraint(
            model_name='issuedstatement',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'statement')), fields=('client', 'month'), name='first_statement_once'),
        ),
        migrations.AddConstraint(
            model_name='issuedstatement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('corrects__isnull', True), ('kind', 'statement')), models.Q(('corrects__isnull', False), ('kind', 'correction')), _connector='OR'), name='correction_names_first'),
        ),
        migrations.AddConstraint(
            model_name='issuedstatement',
            constraint=models.CheckConstraint(condition=models.Q(('serial__gte', 1)), name='statement_serial_from_one'),
        ),
        migrations.AddIndex(
            model_name='issuedline',
            index=models.Index(fields=['client', 'month'], name='issued_line_month'),
        ),
        migrations.AddConstraint(
            model_name='issuedline',
            constraint=models.UniqueConstraint(fields=('statement', 'position'), name='issued_line_order'),
        ),
        migrations.AddConstraint(
            model_name='issuedfile',
            constraint=models.UniqueConstraint(fields=('statement', 'ending'), name='issued_file_once'),
        ),
        append_only("generation_issuedstatement"),
        append_only("generation_issuedline"),
        append_only("generation_issuedfile"),
    ]
