"""Keys of programs: `aiv_test_…` and `aiv_live_…`. Only a hash is kept."""

from django.db import models

from accounts.models.mode import WorkspaceRow


class ApiKey(WorkspaceRow):
    """One key. `accounts.keys` makes, checks and revokes it; nothing else writes here."""

    key_id = models.CharField(max_length=16, unique=True)
    secret_hash = models.CharField(max_length=64)
    pepper_id = models.PositiveSmallIntegerField(default=1)
    prefix = models.CharField(max_length=24)
    last_four = models.CharField(max_length=4)
    name = models.CharField(max_length=80)
    # Kept when the person leaves, so that a key can always be traced to who made it.
    created_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    # The last warning before the end: how many days were left by then. Null: none yet.
    warned_days = models.PositiveSmallIntegerField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_reason = models.CharField(max_length=120, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    last_used_ip = models.GenericIPAddressField(null=True, blank=True)

    class Meta:
        verbose_name = "API key"

    def __str__(self) -> str:
        return f"{self.prefix}…{self.last_four}"
