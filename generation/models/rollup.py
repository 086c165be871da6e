"""The ledger summed by day, for pages and reports."""

from django.db import models

from accounts.models import WorkspaceRow


class DailyRollup(WorkspaceRow):
    """Sums of the ledger lines of one UTC day that agree in everything named here, in micros.

    `person` is the id of who asked, 0 for nobody. `seconds` are the billed seconds of lines
    that cost something, `clips` how many those are. Writers at work at the same time use
    different `shard`s of one sum, so none waits for another; readers add the shards up.
    """

    day = models.DateField()
    cost_centre = models.ForeignKey("generation.CostCentre", models.PROTECT, related_name="+")
    provider = models.CharField(max_length=20)
    model = models.CharField(max_length=80)
    tier = models.CharField(max_length=8)
    person = models.BigIntegerField(default=0)
    shard = models.PositiveSmallIntegerField(default=0)

    held_micros = models.BigIntegerField(default=0)
    released_micros = models.BigIntegerField(default=0)
    settled_micros = models.BigIntegerField(default=0)
    charged_micros = models.BigIntegerField(default=0)
    adjusted_micros = models.BigIntegerField(default=0)
    spent_micros = models.BigIntegerField(default=0)
    seconds = models.BigIntegerField(default=0)
    clips = models.BigIntegerField(default=0)
    lines = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "workspace",
                    "mode",
                    "day",
                    "cost_centre",
                    "provider",
                    "model",
                    "tier",
                    "person",
                    "shard",
                ],
                name="rollup_once",
            ),
        ]
