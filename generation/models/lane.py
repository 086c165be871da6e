"""What the queue remembers besides the attempts themselves."""

from django.db import models

from accounts.models import WorkspaceRow


class LaneTurn(models.Model):
    """In which turn of its account a lane was served last, while others were left waiting.

    Losing a row costs its lane nothing but its modesty: it is served a little early once.
    """

    lane = models.CharField(max_length=160, primary_key=True)
    account = models.ForeignKey("providers.ProviderAccount", models.CASCADE, related_name="+")
    turn = models.BigIntegerField()

    def __str__(self) -> str:
        return self.lane


class QueuePause(WorkspaceRow):
    """A workspace's queue stands still in one mode: nothing of it is sent while this row stands.

    What is under way goes on. The row is deleted when the queue goes on; the audit trail keeps it.
    """

    by = models.CharField(max_length=150)
    reason = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "mode"], name="queue_pause_once"),
        ]

    def __str__(self) -> str:
        return f"{self.workspace_id} ({self.mode})"
