"""Somebody asks for more than a budget has left, and an owner decides."""

from django.db import models
from django.db.models import Q

from accounts.models import WorkspaceRow
from generation.identifiers import new_uid


def approval_uid() -> str:
    return new_uid("apr")


class ApprovalState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    APPROVED = "approved", "Approved once"
    REFUSED = "refused", "Refused"


class ApprovalRequest(WorkspaceRow):
    """`micros` more for the running period of a budget, once. Decided once and then kept.

    `came_from` is the page on which the budget refused something, and `typed` the form that it
    refused, as a browser sends it, so that whoever asked finds back to that very request.
    """

    uid = models.CharField(max_length=32, unique=True, default=approval_uid)
    budget = models.ForeignKey("generation.Budget", models.PROTECT, related_name="requests")
    micros = models.BigIntegerField()
    reason = models.CharField(max_length=500)
    asked_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    state = models.CharField(
        max_length=8, choices=ApprovalState.choices, default=ApprovalState.WAITING
    )
    decided_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=500, blank=True)
    came_from = models.CharField(max_length=200, blank=True)
    typed = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(micros__gt=0), name="approval_asks_something"),
            # Pressing twice asks once.
            models.UniqueConstraint(
                fields=["budget", "asked_by"],
                condition=Q(state="waiting"),
                name="approval_one_waiting",
            ),
        ]
        indexes = [
            # What waits for an owner.
            models.Index(
                fields=["workspace", "mode"],
                condition=Q(state="waiting"),
                name="approval_waiting",
            ),
        ]

    def __str__(self) -> str:
        return self.uid
