"""Who did what, written in the same transaction as the deed."""

from django.db import models

from accounts.models.mode import WorkspaceRow


class AuditEntry(WorkspaceRow):
    """One deed. `accounts.audit.record` writes it; database triggers refuse change and removal.

    The references are PROTECT: setting them to null would be a change of the past.
    """

    at = models.DateTimeField(auto_now_add=True)
    user = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    api_key = models.ForeignKey("accounts.ApiKey", models.PROTECT, null=True, related_name="+")
    ip = models.GenericIPAddressField(null=True, blank=True)
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=60)
    reason = models.TextField(blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        verbose_name_plural = "audit entries"
        indexes = [
            # The audit page: newest first within a workspace.
            models.Index(fields=["workspace", "-at"], name="audit_newest"),
            # The history of one thing.
            models.Index(fields=["subject", "at"], name="audit_of_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"
