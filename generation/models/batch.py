from django.db import models

from accounts.models import WorkspaceRow
from generation.identifiers import batch_uid


class Batch(WorkspaceRow):
    """Jobs asked for together: all admitted or none."""

    uid = models.CharField(max_length=32, unique=True, default=batch_uid)
    cost_centre = models.ForeignKey("generation.CostCentre", models.PROTECT, related_name="+")
    created_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    api_key = models.ForeignKey("accounts.ApiKey", models.SET_NULL, null=True, related_name="+")
    total = models.PositiveIntegerField()
    estimated_micros = models.BigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.uid
