from django.db import models

from accounts.models import WorkspaceRow


class Event(WorkspaceRow):
    """One thing that happened to a job, written in the transaction that made it happen."""

    workspace = models.ForeignKey(
        "accounts.Workspace", models.PROTECT, related_name="+", db_index=False
    )
    job = models.ForeignKey("generation.Job", models.PROTECT, related_name="events", db_index=False)
    attempt = models.ForeignKey(
        "generation.Attempt", models.PROTECT, null=True, related_name="events"
    )
    at = models.DateTimeField(auto_now_add=True)
    kind = models.CharField(max_length=40)
    text = models.TextField(blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [
            # The history of one job, in order.
            models.Index(fields=["job", "id"], name="event_history"),
        ]
