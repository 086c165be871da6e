"""News for the outside: that a job has ended, and whether its receiver has heard of it."""

from django.db import models

from accounts.models import WorkspaceRow
from generation.identifiers import new_uid


def notice_uid() -> str:
    return new_uid("evt")


class Notice(WorkspaceRow):
    """One message to one address, tried until it is taken, refused for good or given up.

    `uid` is the message's id for its receiver, the same at every try. While a try is due or
    under way `next_try_at` says when to look again; without it nothing more will be tried.
    """

    uid = models.CharField(max_length=32, unique=True, default=notice_uid)
    job = models.ForeignKey("generation.Job", models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=40)
    url = models.CharField(max_length=2000)
    created_at = models.DateTimeField(auto_now_add=True)
    next_try_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)
    last_status = models.PositiveSmallIntegerField(null=True)
    last_error = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(delivered_at__isnull=True) | models.Q(next_try_at__isnull=True),
                name="notice_delivered_once",
            ),
        ]
        indexes = [
            # What is to be delivered now?
            models.Index(
                fields=["next_try_at"],
                condition=models.Q(next_try_at__isnull=False),
                name="notice_due",
            ),
            # What a workspace was told, newest first.
            models.Index(fields=["workspace", "mode", "-id"], name="notice_list"),
        ]

    def __str__(self) -> str:
        return self.uid
