"""Where a workspace wants its news: an address, what it wants to hear, and how well it listens."""

import secrets

from django.db import models
from django.db.models import Q

from accounts.models import WorkspaceRow
from generation.identifiers import new_uid

ANY = "*"


def endpoint_uid() -> str:
    return new_uid("whe")


def new_salt() -> str:
    return secrets.token_hex(32)


def anything() -> list[str]:
    return [ANY]


class WebhookEndpoint(WorkspaceRow):
    """One receiver. `events` are kinds of news, or just "*" for all of them.

    No secret is kept: each follows from SECRET_KEY, the uid and a salt, so that the database
    alone signs nothing. `former_salts` are pairs of a salt and the moment until which its secret
    signs too. `failing_since` is the first failure after which nothing was taken. A removed
    endpoint stays for the sake of its deliveries; no door shows it.
    """

    uid = models.CharField(max_length=32, unique=True, default=endpoint_uid)
    url = models.CharField(max_length=2000)
    description = models.CharField(max_length=200, blank=True)
    events = models.JSONField(default=anything)
    salt = models.CharField(max_length=64, default=new_salt)
    former_salts = models.JSONField(default=list)
    secret_made_at = models.DateTimeField()
    enabled = models.BooleanField(default=True)
    disabled_reason = models.CharField(max_length=200, blank=True)
    disabled_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    last_delivered_at = models.DateTimeField(null=True)
    last_tried_at = models.DateTimeField(null=True)
    last_status = models.PositiveSmallIntegerField(null=True)
    last_error = models.TextField(blank=True)
    mail_due_at = models.DateTimeField(null=True)
    mail_tries = models.PositiveSmallIntegerField(default=0)
    created_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    api_key = models.ForeignKey("accounts.ApiKey", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # Who is to be told of what happens here?
            models.Index(
                fields=["workspace", "mode", "-id"],
                condition=Q(removed_at__isnull=True),
                name="endpoint_list",
            ),
            # Whose owners are still to be told that it was switched off?
            models.Index(
                fields=["mail_due_at"],
                condition=Q(mail_due_at__isnull=False),
                name="endpoint_mail_due",
            ),
        ]

    def __str__(self) -> str:
        return self.uid

    def wants(self, kind: str) -> bool:
        """Whether news of this kind is sent here at all."""
        return ANY in self.events or kind in self.events
