from django.db import models

from accounts.models import WorkspaceRow
from generation.identifiers import batch_uid


class Batch(WorkspaceRow):
    """Jobs asked for together: all admitted or none. `made_from` is the batch whose failed
    clips these are once more. `completed_at` is when its last clip had ended, noted by the first
    look after that."""

    uid = models.CharField(max_length=32, unique=True, default=batch_uid)
    cost_centre = models.ForeignKey("generation.CostCentre", models.PROTECT, related_name="+")
    created_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    api_key = models.ForeignKey("accounts.ApiKey", models.SET_NULL, null=True, related_name="+")
    made_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="repeats")
    quote = models.ForeignKey("generation.Quote", models.PROTECT, null=True, related_name="batches")
    name = models.CharField(max_length=120, blank=True)
    total = models.PositiveIntegerField()
    estimated_micros = models.BigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)
    completed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # Which batches may just have come to their end?
            models.Index(
                fields=["id"],
                condition=models.Q(completed_at__isnull=True),
                name="batch_not_completed",
            ),
            # A workspace's batches, newest first.
            models.Index(fields=["workspace", "mode", "-id"], name="batch_list"),
        ]

    def __str__(self) -> str:
        return self.uid
