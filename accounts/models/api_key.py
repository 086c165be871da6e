"""Keys of programs: `aiv_test_…` and `aiv_live_…`. Only a hash is kept."""

from django.db import models

from accounts.models.mode import WorkspaceRow


class ApiKey(WorkspaceRow):
    key_id = models.CharField(max_length=16, unique=True)
    secret_hash = models.CharField(max_length=64)
    pepper_id = models.PositiveSmallIntegerField(default=1)
    prefix = models.CharField(max_length=24)
    last_four = models.CharField(max_length=4)
    name = models.CharField(max_length=80)
    created_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    last_used_ip = models.GenericIPAddressField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.prefix}…{self.last_four}"
