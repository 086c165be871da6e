"""Test and live, and the base of every row that belongs to a workspace."""

from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models

if TYPE_CHECKING:
    from accounts.access import Access

Row = TypeVar("Row", bound=models.Model)


class Mode(models.TextChoices):
    TEST = "test", "Test"
    LIVE = "live", "Live"


class WithinAccess(models.QuerySet[Row]):
    """A queryset that can be narrowed to what a caller may see.

    Every door starts from `Model.objects.within(access)`, so that another workspace's row, or
    one of the other mode, does not exist for it.
    """

    def within(self, access: "Access") -> Self:
        return self.filter(workspace_id=access.workspace_id, mode=access.mode)


class WorkspaceRowQuerySet(WithinAccess[Row]):
    """The queryset of every `WorkspaceRow` that has none of its own."""


WorkspaceRowManager = models.Manager.from_queryset(WorkspaceRowQuerySet)


class WorkspaceRow(models.Model):
    """A row of one workspace in one mode. Reports never mix the two modes."""

    workspace = models.ForeignKey("accounts.Workspace", models.PROTECT, related_name="+")
    mode = models.CharField(max_length=4, choices=Mode.choices)

    objects = WorkspaceRowManager()

    class Meta:
        abstract = True
