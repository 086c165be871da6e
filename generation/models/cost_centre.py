"""What money is spent for: a tree of client, campaign and batch under the workspace."""

from django.db import models

from accounts.models import WorkspaceRow
from generation.identifiers import centre_uid


class CentreKind(models.TextChoices):
    WORKSPACE = "workspace", "Workspace"
    CLIENT = "client", "Client"
    CAMPAIGN = "campaign", "Campaign"
    BATCH = "batch", "Batch"


class CostCentre(WorkspaceRow):
    """One node; `path` lists the ids from the root to itself as "/1/7/31/"."""

    uid = models.CharField(max_length=32, unique=True, default=centre_uid)
    kind = models.CharField(max_length=9, choices=CentreKind.choices)
    name = models.CharField(max_length=200)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    path = models.CharField(max_length=200, default="/")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "mode"],
                condition=models.Q(kind="workspace"),
                name="one_root_centre",
            ),
            # A request names its campaign, and a statement its client, by the name alone.
            models.UniqueConstraint(
                fields=["workspace", "mode", "kind", "name"],
                condition=models.Q(kind__in=("client", "campaign")),
                name="centre_name_once",
            ),
        ]
        indexes = [
            # A budget of a client asks for everything below its centre.
            models.Index(fields=["workspace", "mode", "path"], name="centre_by_path"),
        ]

    def __str__(self) -> str:
        return self.name

    def lineage(self) -> list[int]:
        """The ids from the root down to this centre."""
        return [int(part) for part in self.path.strip("/").split("/") if part]
