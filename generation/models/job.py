"""One request for one clip."""

from django.db import models
from django.db.models import Q

from accounts.models import WorkspaceRow
from generation.choices import JOB_ENDED, JOB_OPEN, Attention, JobState
from generation.identifiers import job_uid

# What neither a list nor the engine reads: frozen routes and the like, which take longer to read
# than all the rest of a row.
LONG = ("route", "left_out", "metadata", "negative_prompt")


def long_columns(path: str = "") -> tuple[str, ...]:
    """The columns to leave unread; `path` leads to the job, as "job__" does."""
    return tuple(f"{path}{name}" for name in LONG)


class Job(WorkspaceRow):
    """What was asked, the route chosen for it, and where it stands.

    `route` is the list of legs as planned at the time of asking, `left_out` the offers that
    were not taken with their reasons; both are frozen. Micros are micro-dollars. `turn` is its
    place in its lane, lower goes first; `hot` and `held_at` are a person's word about the queue.
    """

    # Where a foreign key has no index of its own, another one begins with it.
    workspace = models.ForeignKey(
        "accounts.Workspace", models.PROTECT, related_name="+", db_index=False
    )
    uid = models.CharField(max_length=32, unique=True, default=job_uid)
    cost_centre = models.ForeignKey(
        "generation.CostCentre", models.PROTECT, related_name="+", db_index=False
    )
    batch = models.ForeignKey(
        "generation.Batch", models.PROTECT, null=True, related_name="jobs", db_index=False
    )
    item_index = models.PositiveIntegerField(null=True)
    quote = models.ForeignKey(
        "generation.Quote", models.PROTECT, null=True, related_name="jobs", db_index=False
    )
    quote_line = models.PositiveIntegerField(null=True)
    created_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    api_key = models.ForeignKey("accounts.ApiKey", models.SET_NULL, null=True, related_name="+")
    made_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="descendants")

    generation_mode = models.CharField(max_length=16)
    prompt = models.TextField()
    negative_prompt = models.TextField(blank=True)
    style = models.CharField(max_length=20, blank=True)
    seconds = models.PositiveSmallIntegerField()
    tier = models.CharField(max_length=8)
    ratio = models.CharField(max_length=5)
    seed = models.BigIntegerField(null=True)
    picture = models.ForeignKey("generation.Asset", models.PROTECT, null=True, related_name="+")
    last_picture = models.ForeignKey(
        "generation.Asset", models.PROTECT, null=True, related_name="+", db_index=False
    )
    provider = models.CharField(max_length=20, blank=True)
    enable_fallback = models.BooleanField(default=True)
    max_cost_micros = models.BigIntegerField(null=True)
    priority = models.SmallIntegerField(default=0)
    turn = models.BigIntegerField(default=0)
    hot = models.BooleanField(default=False)
    held_at = models.DateTimeField(null=True)
    held_by = models.CharField(max_length=150, blank=True)
    metadata = models.JSONField(default=dict)
    webhook_url = models.CharField(max_length=2000, blank=True)

    route = models.JSONField(default=list)
    left_out = models.JSONField(default=list)
    estimated_micros = models.BigIntegerField()
    cap_micros = models.BigIntegerField()

    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.QUEUED)
    cancel_requested_at = models.DateTimeField(null=True)
    attention = models.CharField(
        max_length=20, choices=Attention.choices, default=Attention.NONE, blank=True
    )
    consent = models.CharField(max_length=80, blank=True)
    progress = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    error_class = models.CharField(max_length=20, blank=True)
    cost_micros = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "item_index"], name="one_job_per_item"),
            # What was quoted once is made at that price once.
            models.UniqueConstraint(
                fields=["quote", "quote_line"],
                condition=Q(quote__isnull=False),
                name="one_job_per_quoted_line",
            ),
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="job_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=JOB_ENDED, ended_at__isnull=False)
                | Q(state__in=JOB_OPEN, ended_at__isnull=True),
                name="job_ended_when_final",
            ),
        ]
        indexes = [
            # The job list: newest first, in pages, by workspace and mode.
            models.Index(fields=["workspace", "mode", "-id"], name="job_list"),
            # The same list filtered by state, and the queue page.
            models.Index(fields=["workspace", "mode", "state", "-id"], name="job_by_state"),
            # The same list filtered by tier.
            models.Index(fields=["workspace", "mode", "tier", "-id"], name="job_by_tier"),
            # The few that a person should look at.
            models.Index(
                fields=["workspace", "mode", "-id"],
                condition=~Q(attention=""),
                name="job_attention",
            ),
            # Whether a picture is still what some clip ends on: few jobs have one.
            models.Index(
                fields=["last_picture"],
                condition=Q(last_picture__isnull=False),
                name="job_last_picture",
            ),
            # The few that are to end: what of them is still planned is ended before anything.
            models.Index(
                fields=["id"],
                condition=Q(cancel_requested_at__isnull=False, state__in=JOB_OPEN),
                name="job_cancelling",
            ),
            # What became of the jobs of some days: read from the index alone.
            models.Index(
                fields=["workspace", "mode", "created_at"],
                include=["state", "error_class", "seconds", "cost_micros", "cost_centre"],
                name="job_asked",
            ),
            # The few that have not ended: the words of their prompts are read.
            models.Index(
                fields=["workspace", "mode", "-id"],
                condition=Q(ended_at__isnull=True),
                name="job_open",
            ),
            # The jobs of a campaign or a batch, newest first.
            models.Index(fields=["cost_centre", "-id"], name="job_of_centre"),
            # What ended on some days, and when and as what it had been asked for.
            models.Index(
                fields=["workspace", "mode", "ended_at"],
                include=[
                    "state",
                    "generation_mode",
                    "ratio",
                    "seconds",
                    "cost_micros",
                    "created_at",
                    "cost_centre",
                ],
                condition=Q(ended_at__isnull=False),
                name="job_ended",
            ),
        ]

    def __str__(self) -> str:
        return self.uid

    @property
    def is_ended(self) -> bool:
        return self.state in JOB_ENDED

    @property
    def is_cancelling(self) -> bool:
        return self.cancel_requested_at is not None and not self.is_ended
