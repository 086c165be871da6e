"""Who did what, written in the same transaction as the deed."""

from django.db import models

from accounts.models.mode import WorkspaceRow


class AuditEntry(WorkspaceRow):
    at = models.DateTimeField(auto_now_add=True)
    user = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    api_key = models.ForeignKey("accounts.ApiKey", models.SET_NULL, null=True, related_name="+")
    ip = models.GenericIPAddressField(null=True, blank=True)
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=60)
    reason = models.TextField(blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
