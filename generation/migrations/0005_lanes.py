import django.db.models.deletion
from django.db import migrations, models

from generation.migrations._job_marks import mark_changes


def mark_again(apps, editor):
    mark_changes(editor)


def line_up(apps, schema_editor):
    """Requests that wait already get their lanes and turns; see generation.line."""
    Attempt = apps.get_model("generation", "Attempt")
    waiting = Attempt.objects.filter(state="planned").select_related("job__cost_centre")
    for attempt in waiting.iterator():
        job = attempt.job
        lineage = [int(part) for part in job.cost_centre.path.strip("/").split("/") if part]
        client = lineage[1] if len(lineage) > 1 else job.cost_centre_id
        kind = "2" if job.batch_id is None else "3"
        place = f"{attempt.account_id}/{attempt.model}"
        micros = int(job.created_at.timestamp() * 1_000_000)
        job.turn = micros + (job.item_index or 0) - job.priority * 10**16
        job.save(update_fields=["turn"])
        attempt.lane = f"{kind}/{place}/{attempt.workspace_id}/{client}"
        attempt.turn = job.turn
        attempt.save(update_fields=["lane", "turn"])


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("generation", "0004_provider_days"),
        ("providers", "0003_model_limits"),
    ]

    operations = [
        migrations.CreateModel(
            name="LaneTurn",
            fields=[
                ("lane", models.CharField(max_length=160, primary_key=True, serialize=False)),
                ("turn", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="QueuePause",
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
                ("by", models.CharField(max_length=150)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="attempt",
            name="lane",
            field=models.CharField(default="", max_length=160),
        ),
        migrations.AddField(
            model_name="attempt",
            name="turn",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="job",
            name="held_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="job",
            name="held_by",
            field=models.CharField(blank=True, max_length=150),
        ),
        migrations.AddField(
            model_name="job",
            name="hot",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="job",
            name="turn",
            field=models.BigIntegerField(default=0),
        ),
        # SQLite has made the table of jobs anew, and has lost its triggers with the old one.
        migrations.RunPython(mark_again, migrations.RunPython.noop),
        migrations.RunPython(line_up, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(
                condition=models.Q(("parked", False), ("state", "planned")),
                fields=["lane", "turn", "id"],
                name="attempt_line",
            ),
        ),
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(
                condition=models.Q(("state__in", ("submitting", "unknown", "accepted"))),
                fields=["account", "model"],
                name="attempt_slots",
            ),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(
                condition=models.Q(
                    ("cancel_requested_at__isnull", False), ("state__in", ("queued", "processing"))
                ),
                fields=["id"],
                name="job_cancelling",
            ),
        ),
        migrations.AddField(
            model_name="laneturn",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="providers.provideraccount",
            ),
        ),
        migrations.AddField(
            model_name="queuepause",
            name="workspace",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.workspace",
            ),
        ),
        migrations.AddConstraint(
            model_name="queuepause",
            constraint=models.UniqueConstraint(
                fields=("workspace", "mode"), name="queue_pause_once"
            ),
        ),
    ]
