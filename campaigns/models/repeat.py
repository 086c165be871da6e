"""Which plan of test mode was repeated live, and as what."""

from django.db import models

from accounts.models import WorkspaceRow
from campaigns.models.campaign import Campaign


class LiveRepeat(WorkspaceRow):
    """One version of a test campaign's brief becomes one live campaign. The row is live."""

    source = models.ForeignKey(Campaign, models.PROTECT, related_name="live_repeats")
    brief_version = models.PositiveIntegerField()
    campaign = models.OneToOneField(Campaign, models.PROTECT, related_name="repeat_of")
    created_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "brief_version"], name="repeat_once"),
        ]
