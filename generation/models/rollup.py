"""The ledger summed by day, for pages and reports: as it grows, and for days that are over."""

from django.db import models

from accounts.models import WorkspaceRow


class DailyRollup(WorkspaceRow):
    """Sums of the ledger lines of one UTC day that agree in everything named here, in micros.

    `person` is the id of who asked, 0 for nobody. `seconds` are the billed seconds of lines
    that cost something, `clips` how many those are. Writers at work at the same time use
    different `shard`s of one sum, so none waits for another; readers add the shards up.
    """

    # No index of its own: the planner would take it in place of those that begin with it.
    workspace = models.ForeignKey(
        "accounts.Workspace", models.PROTECT, related_name="+", db_index=False
    )
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
        indexes = [
            # The ledger page's sums, whatever it is filtered by: read from the index alone.
            models.Index(
                fields=["workspace", "mode", "day"],
                include=[
                    "provider",
                    "model",
                    "tier",
                    "person",
                    "cost_centre",
                    "held_micros",
                    "released_micros",
                    "spent_micros",
                    "lines",
                ],
                name="rollup_sums",
            ),
        ]


class DaysOver(WorkspaceRow):
    """Up to which day, included, a workspace's days are summed in `DaySum` and `JobSum`, and in
    which zone.

    Sums of another zone than the workspace has now are as good as none. `stamp` is a number that
    no state of these sums has had before: who remembers what they said asks for it alone. What was
    summed before there were stamps has none.
    """

    zone = models.CharField(max_length=64)
    through = models.DateField()
    stamp = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "mode"], name="days_over_once"),
        ]


class DaySum(WorkspaceRow):
    """What one day of the workspace's own zone came to, by one dimension and key.

    `client` is the id of the client's centre that the row is about, 0 for everybody. `jobs` are
    those that cost money on this day; where one had cost money before, under the same key, a row
    with that earlier day as `before` takes it back: so rows whose `before` is not earlier than the
    first day of a span add up to its distinct jobs. All other figures stand in the row whose
    `before` is the day itself. `clips` and `seconds` were delivered on that day.

    The dimension `adjust` says apart, by campaign and for clients alone, how much of what was
    booked on `day` corrects costs of the day `before`.
    """

    # No index of its own: the planner would take it in place of those that begin with it.
    workspace = models.ForeignKey(
        "accounts.Workspace", models.PROTECT, related_name="+", db_index=False
    )
    day = models.DateField()
    client = models.BigIntegerField(default=0)
    dimension = models.CharField(max_length=8)
    key = models.CharField(max_length=80, blank=True)
    before = models.DateField()
    micros = models.BigIntegerField(default=0)
    jobs = models.BigIntegerField(default=0)
    clips = models.BigIntegerField(default=0)
    seconds = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "mode", "client", "dimension", "day", "key", "before"],
                name="day_sum_once",
            ),
        ]
