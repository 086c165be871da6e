"""Test and live, and the base of every row that belongs to a workspace."""

from django.db import models


class Mode(models.TextChoices):
    TEST = "test", "Test"
    LIVE = "live", "Live"


class WorkspaceRow(models.Model):
    """A row of one workspace in one mode. Reports never mix the two modes."""

    workspace = models.ForeignKey("accounts.Workspace", models.PROTECT, related_name="+")
    mode = models.CharField(max_length=4, choices=Mode.choices)

    class Meta:
        abstract = True
