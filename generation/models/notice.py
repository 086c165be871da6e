"""News for the outside, one row for each receiver, and whether it has heard."""

from django.db import models
from django.db.models import Q

from accounts.models import WorkspaceRow
from generation.identifiers import new_uid


def notice_uid() -> str:
    return new_uid("evt")


def delivery_uid() -> str:
    return new_uid("whd")


class Notice(WorkspaceRow):
    """One message to one address, tried until it is taken, refused for good or given up.

    `event_uid` is the message's id for its receiver, the same at every try and for every
    receiver of one event; `uid` is this row's own. It goes to an endpoint, or to the address
    that came with a job. `body` is sent as it stands here. While a try is due or under way
    `next_try_at` says when to look again; without it nothing more will be tried.
    """

    uid = models.CharField(max_length=32, unique=True, default=delivery_uid)
    event_uid = models.CharField(max_length=32, default=notice_uid)
    endpoint = models.ForeignKey(
        "generation.WebhookEndpoint", models.PROTECT, null=True, related_name="notices"
    )
    job = models.ForeignKey("generation.Job", models.PROTECT, null=True, related_name="notices")
    kind = models.CharField(max_length=40)
    url = models.CharField(max_length=2000)
    host = models.CharField(max_length=260)
    body = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
    next_try_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)
    last_status = models.PositiveSmallIntegerField(null=True)
    last_error = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(delivered_at__isnull=True) | Q(next_try_at__isnull=True),
                name="notice_delivered_once",
            ),
            models.UniqueConstraint(
                fields=["event_uid", "endpoint"],
                condition=Q(endpoint__isnull=False),
                name="notice_once_for_endpoint",
            ),
        ]
        indexes = [
            # What is to be delivered now?
            models.Index(
                fields=["next_try_at"],
                condition=Q(next_try_at__isnull=False),
                name="notice_due",
            ),
            # What a workspace was told, newest first.
            models.Index(fields=["workspace", "mode", "-id"], name="notice_list"),
            # What one endpoint was told, newest first.
            models.Index(fields=["endpoint", "-id"], name="notice_of_endpoint"),
        ]

    def __str__(self) -> str:
        return self.uid
