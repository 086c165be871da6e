"""The agency's room and who may do what in it."""

from django.db import models


class UnknownOutcome(models.TextChoices):
    """What to do when nobody knows whether a vendor accepted a request."""

    ASK = "ask", "Ask a person"
    CONTINUE = "continue", "Try the next provider"


class Workspace(models.Model):
    """One agency. Everything else hangs from it."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=64, default="UTC")
    unknown_outcome = models.CharField(
        max_length=8, choices=UnknownOutcome.choices, default=UnknownOutcome.ASK
    )
    moderation_fallback = models.BooleanField(default=False)
    # Members without a second factor are led to set one up before anything else.
    second_factor_required = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    OWNER = "owner", "Owner"
    MANAGER = "manager", "Manager"
    CREATOR = "creator", "Creator"
    VIEWER = "viewer", "Viewer"


class Membership(models.Model):
    """One person's role in one workspace."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="memberships")
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=8, choices=Role.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "user"], name="membership_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.workspace} ({self.role})"
