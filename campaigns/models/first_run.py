"""A workspace's rehearsal campaign, and how far the making of it is."""

from django.db import models
from django.db.models import Q

from accounts.models import WorkspaceRow
from campaigns.models.campaign import Campaign
from campaigns.models.client import Client


class FirstRun(WorkspaceRow):
    """`step` is the number of steps that are done. While one is to be done, `due_at` says when
    somebody looks next; without it everything is done, or it stopped for `reason`."""

    step = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    client = models.ForeignKey(Client, models.PROTECT, null=True, related_name="+")
    campaign = models.ForeignKey(Campaign, models.PROTECT, null=True, related_name="first_runs")
    started_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    started_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(mode="test"), name="first_run_in_test_mode"),
            models.UniqueConstraint(
                fields=["workspace"],
                condition=Q(removed_at__isnull=True),
                name="first_run_one_a_workspace",
            ),
            models.CheckConstraint(
                condition=Q(due_at__isnull=True)
                | Q(done_at__isnull=True, removed_at__isnull=True, reason=""),
                name="first_run_due_is_open",
            ),
        ]
        indexes = [
            # What is to be looked at now?
            models.Index(
                fields=["due_at"], condition=Q(due_at__isnull=False), name="first_run_due"
            ),
        ]

    def __str__(self) -> str:
        return f"First run of workspace {self.workspace_id}"
