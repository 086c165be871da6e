"""What matching a month of an account with its bills came to, for the next time."""

from django.db import models

from accounts.models import WorkspaceRow


class MatchedMonth(WorkspaceRow):
    """The tasks of one account's month by what became of them, out of the ledger's lines up to the
    id `through` and of the bills that `bills` stands for. Tasks with lines since then are looked at
    again; with another bill all of it is worth nothing.

    `sums` has tasks, micros billed and booked by "matched", "awaited" and "uncovered"; `uneven` the
    ids of all other tasks, which are judged each time.
    """

    # No index of its own: the one row is found by what makes it the only one.
    workspace = models.ForeignKey(
        "accounts.Workspace", models.PROTECT, related_name="+", db_index=False
    )
    account = models.ForeignKey("providers.ProviderAccount", models.PROTECT, related_name="+")
    month = models.DateField()
    through = models.BigIntegerField()
    bills = models.CharField(max_length=60)
    sums = models.JSONField()
    uneven = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "mode", "account", "month"], name="matched_month_once"
            ),
        ]
