"""The ledger summed by month, for sums over long times."""

from django.db import models

from accounts.models import WorkspaceRow


class LedgerSum(WorkspaceRow):
    """Sums of the ledger lines of one UTC month that agree in everything named here, in micros,
    out of the days up to `LedgerSummed.through`.

    `place` is the line's cost centre, or the one above where that is a batch. `person` and
    `api_key` are ids of who asked, 0 for nobody.
    """

    # No index of its own: the planner would take it in place of those that begin with it.
    workspace = models.ForeignKey(
        "accounts.Workspace", models.PROTECT, related_name="+", db_index=False
    )
    month = models.DateField()
    place = models.ForeignKey(
        "generation.CostCentre", models.PROTECT, related_name="+", db_index=False
    )
    provider = models.CharField(max_length=20)
    model = models.CharField(max_length=80)
    tier = models.CharField(max_length=8)
    person = models.BigIntegerField(default=0)
    api_key = models.BigIntegerField(default=0)
    held_micros = models.BigIntegerField(default=0)
    spent_micros = models.BigIntegerField(default=0)
    lines = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "workspace",
                    "mode",
                    "month",
                    "place",
                    "provider",
                    "model",
                    "tier",
                    "person",
                    "api_key",
                ],
                name="ledger_sum_once",
            ),
        ]
        indexes = [
            # The sums of all time, whatever they are filtered by: read from the index alone.
            models.Index(
                fields=["workspace", "mode", "month"],
                include=[
                    "provider",
                    "model",
                    "tier",
                    "person",
                    "api_key",
                    "place",
                    "held_micros",
                    "spent_micros",
                    "lines",
                ],
                name="ledger_sums",
            ),
        ]


class LedgerSummed(WorkspaceRow):
    """Up to which UTC day, included, a workspace's lines are summed in `LedgerSum`."""

    through = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "mode"], name="ledger_summed_once"),
        ]
