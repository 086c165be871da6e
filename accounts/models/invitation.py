"""An invitation to a workspace, sent by mail and good for one person once."""

import secrets

from django.db import models
from django.db.models import Q

from accounts.models.workspace import Role, Workspace


def invitation_uid() -> str:
    return f"inv_{secrets.token_hex(12)}"


class Invitation(models.Model):
    """`accounts.invitations` writes it. Only the hash of the link's token is kept, and `serial`
    counts how often it was sent: sending it again makes the former link worthless.
    """

    uid = models.CharField(max_length=32, unique=True, default=invitation_uid)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=8, choices=Role.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    serial = models.PositiveSmallIntegerField(default=1)
    invited_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "email"],
                condition=Q(accepted_at__isnull=True) & Q(revoked_at__isnull=True),
                name="invitation_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} to {self.workspace}"
