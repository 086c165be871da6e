"""What the doors remember: answers given once, callbacks received, signs of life."""

from django.db import models

from accounts.models import WorkspaceRow


class IdempotentAnswer(WorkspaceRow):
    """The answer to a request with an Idempotency-Key, written together with its effect."""

    key = models.CharField(max_length=255)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "mode", "key"], name="answer_once_per_key"
            ),
        ]


class ReceivedCallback(models.Model):
    """A vendor's callback, kept before anything is done about it. A hint, never the truth."""

    account = models.ForeignKey("providers.ProviderAccount", models.PROTECT, related_name="+")
    event_id = models.CharField(max_length=120)
    attempt = models.ForeignKey("generation.Attempt", models.PROTECT, related_name="callbacks")
    task_id = models.CharField(max_length=120, blank=True)
    says_ended = models.BooleanField(db_default=True)
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "event_id"], name="callback_once"),
        ]


class Heartbeat(models.Model):
    """A process's sign of life, and who holds a seat that only one may hold at a time."""

    name = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField()
    owner = models.CharField(max_length=120, blank=True)
    busy_until = models.DateTimeField(null=True)
