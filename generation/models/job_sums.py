"""The jobs of days that are over, counted by what they have in common, for reports."""

from django.db import models

from accounts.models import WorkspaceRow


class JobSum(WorkspaceRow):
    """Jobs of one day of the workspace's own zone that agree in `key`, whose words depend on
    `kind` (see `generation.money.job_sums`).

    `client` is the id of the client's centre that the row is about, 0 for everybody; `asked_on` the
    UTC day of the request, by which prices go. A job that is paid for on several days counts on
    each, and a row with the earlier day as `before` takes it back, as in `DaySum`. `DaysOver` says
    which days are summed.
    """

    # No index of its own: the planner would take it in place of the one that begins with it.
    workspace = models.ForeignKey(
        "accounts.Workspace", models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=5)
    client = models.BigIntegerField(default=0)
    day = models.DateField()
    before = models.DateField()
    asked_on = models.DateField()
    key = models.TextField()
    jobs = models.BigIntegerField(default=0)
    seconds = models.BigIntegerField(default=0)
    micros = models.BigIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "mode", "client", "kind", "day"], name="job_sums"),
        ]


class JobMark(WorkspaceRow):
    """A job that was changed after its day may have been summed. Triggers of the database write
    these, so that no change can be missed; whoever sums the job's days anew removes them.

    `ended_at` is when the job had ended before the change.
    """

    # Nothing is checked on the way in: a job's change must not wait for its workspace's row.
    workspace = models.ForeignKey(
        "accounts.Workspace", models.DO_NOTHING, related_name="+", db_constraint=False
    )
    job = models.ForeignKey(
        "generation.Job", models.DO_NOTHING, related_name="+", db_constraint=False
    )
    ended_at = models.DateTimeField(null=True)
