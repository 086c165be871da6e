"""Webhook endpoints, the notices that go to them, and when a batch had ended."""

import json
from urllib.parse import urlsplit

import django.db.models.deletion
import generation.models.notice
import generation.models.webhook_endpoint
from django.conf import settings
from django.db import migrations, models


def fill(apps, editor):
    """Notices so far: their own id is the event's, and what was built at each try is kept."""
    notices = apps.get_model("generation", "Notice")
    notices.objects.update(event_uid=models.F("uid"))
    rows = notices.objects.select_related("job__batch").order_by("pk")
    for notice in rows.iterator(chunk_size=500):
        job = notice.job
        at = job.ended_at or notice.created_at
        said = {
            "type": notice.kind,
            "timestamp": at.isoformat().replace("+00:00", "Z"),
            "data": {
                "job_id": job.uid,
                "status": job.state,
                "batch_id": job.batch.uid if job.batch else None,
                "metadata": job.metadata,
            },
        }
        notice.body = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
        notice.host = (urlsplit(notice.url).hostname or "")[:260]
        notice.save(update_fields=["body", "host"])


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_audit_append_only'),
        ('generation', '0011_frozen_statements'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='WebhookEndpoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mode', models.CharField(choices=[('test', 'Test'), ('live', 'Live')], max_length=4)),
                ('uid', models.CharField(default=generation.models.webhook_endpoint.endpoint_uid, max_length=32, unique=True)),
                ('url', models.CharField(max_length=2000)),
                ('description', models.CharField(blank=True, max_length=200)),
                ('events', models.JSONField(default=generation.models.webhook_endpoint.anything)),
                ('salt', models.CharField(default=generation.models.webhook_endpoint.new_salt, max_length=64)),
                ('former_salts', models.JSONField(default=list)),
                ('secret_made_at', models.DateTimeField()),
                ('enabled', models.BooleanField(default=True)),
                ('disabled_reason', models.CharField(blank=True, max_length=200)),
                ('disabled_at', models.DateTimeField(null=True)),
                ('failing_since', models.DateTimeField(null=True)),
                ('last_delivered_at', models.DateTimeField(null=True)),
                ('last_tried_at', models.DateTimeField(null=True)),
                ('last_status', models.PositiveSmallIntegerField(null=True)),
                ('last_error', models.TextField(blank=True)),
                ('mail_due_at', models.DateTimeField(null=True)),
                ('mail_tries', models.PositiveSmallIntegerField(default=0)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('removed_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name='batch',
            name='completed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='notice',
            name='body',
            field=models.TextField(default=''),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='notice',
            name='event_uid',
            field=models.CharField(default=generation.models.notice.notice_uid, max_length=32),
        ),
        migrations.AddField(
            model_name='notice',
            name='host',
            field=models.CharField(default='', max_length=260),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name='notice',
            name='job',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='generation.job'),
        ),
        migrations.AlterField(
            model_name='notice',
            name='uid',
            field=models.CharField(default=generation.models.notice.delivery_uid, max_length=32, unique=True),
        ),
        migrations.AddIndex(
            model_name='batch',
            index=models.Index(condition=models.Q(('completed_at__isnull', True)), fields=['id'], name='batch_not_completed'),
        ),
        migrations.AddField(
            model_name='webhookendpoint',
            name='api_key',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.apikey'),
        ),
        migrations.AddField(
            model_name='webhookendpoint',
            name='created_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='webhookendpoint',
            name='workspace',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.workspace'),
        ),
        migrations.AddField(
            model_name='notice',
            name='endpoint',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='generation.webhookendpoint'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['endpoint', '-id'], name='notice_of_endpoint'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.UniqueConstraint(condition=models.Q(('endpoint__isnull', False)), fields=('event_uid', 'endpoint'), name='notice_once_for_endpoint'),
        ),
        migrations.AddIndex(
            model_name='webhookendpoint',
            index=models.Index(condition=models.Q(('removed_at__isnull', True)), fields=['workspace', 'mode', '-id'], name='endpoint_list'),
        ),
        migrations.AddIndex(
            model_name='webhookendpoint',
            index=models.Index(condition=models.Q(('mail_due_at__isnull', False)), fields=['mail_due_at'], name='endpoint_mail_due'),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
