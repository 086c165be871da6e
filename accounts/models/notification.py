"""What one person should know, until they have read it."""

from django.db import models
from django.db.models import Q

from accounts.models.mode import Mode


class NotificationKind(models.TextChoices):
    JOB_FAILED = "job_failed", "A clip of mine failed"
    BATCH_FINISHED = "batch_finished", "A batch of mine finished"
    OUTCOME_UNKNOWN = "outcome_unknown", "An unknown outcome waits for a decision"
    BUDGET = "budget", "A budget comes near its limit"
    KEY_EXPIRING = "key_expiring", "An API key is about to expire"
    INVITATION_ACCEPTED = "invitation_accepted", "Somebody accepted an invitation"


class Notification(models.Model):
    """One line for one person. `mode` is empty for what concerns the workspace as a whole."""

    workspace = models.ForeignKey("accounts.Workspace", models.CASCADE, related_name="+")
    mode = models.CharField(max_length=4, choices=Mode.choices, blank=True)
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=24, choices=NotificationKind.choices)
    words = models.CharField(max_length=300)
    link = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    # Still to be told in a daily mail.
    digest = models.BooleanField(default=False)

    class Meta:
        indexes = [
            # The list: newest first.
            models.Index(fields=["user", "workspace", "-id"], name="notification_newest"),
            # The bell: how many are unread?
            models.Index(
                fields=["user", "workspace"],
                condition=Q(read_at__isnull=True),
                name="notification_unread",
            ),
            models.Index(fields=["user"], condition=Q(digest=True), name="notification_digest"),
        ]
