"""One try at one offer, and the facts that vendors told us about it."""

from django.db import models
from django.db.models import Q

from accounts.models import WorkspaceRow
from generation.choices import (
    ATTEMPT_IN_DOUBT,
    ATTEMPT_LIVE,
    ATTEMPT_UNDER_WAY,
    ATTEMPT_UNSENT,
    AttemptState,
)
from generation.identifiers import attempt_ref

ONE_LIVE_ATTEMPT = "attempt_one_live"
ONE_OPEN_MATCH_KEY = "attempt_one_open_match_key"


class Attempt(WorkspaceRow):
    """`leg` is the route's leg that this attempt plays; `max_micros` is what it holds.

    While `submitting` the attempt is leased: `lease_owner` names the process, `lease_epoch`
    fences what it may still write. Everywhere else `next_check_at` says when to look again.
    `lane` and `turn` say where a planned one stands in line (`generation.lanes`).
    """

    # Where a foreign key has no index of its own, another one begins with it, or nobody asks by
    # it.
    workspace = models.ForeignKey(
        "accounts.Workspace", models.PROTECT, related_name="+", db_index=False
    )
    job = models.ForeignKey(
        "generation.Job", models.PROTECT, related_name="attempts", db_index=False
    )
    seq = models.PositiveSmallIntegerField()
    account = models.ForeignKey(
        "providers.ProviderAccount", models.PROTECT, related_name="+", db_index=False
    )
    offer = models.ForeignKey("providers.Offer", models.PROTECT, related_name="+", db_index=False)
    price_row = models.ForeignKey("providers.PriceRow", models.PROTECT, related_name="+")
    provider = models.CharField(max_length=20)
    model = models.CharField(max_length=80)
    leg = models.JSONField()
    leg_index = models.PositiveSmallIntegerField(default=0)
    seed = models.BigIntegerField()
    client_ref = models.CharField(max_length=40, unique=True, default=attempt_ref)
    hook_token_hash = models.CharField(max_length=64, unique=True)
    match_key = models.CharField(max_length=80, blank=True)
    max_micros = models.BigIntegerField()
    lane = models.CharField(max_length=160, default="")
    turn = models.BigIntegerField(default=0)

    state = models.CharField(
        max_length=12, choices=AttemptState.choices, default=AttemptState.PLANNED
    )
    lease_owner = models.CharField(max_length=120, blank=True)
    lease_epoch = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    submit_started_at = models.DateTimeField(null=True)
    next_check_at = models.DateTimeField()
    checks = models.PositiveIntegerField(default=0)
    refusals = models.PositiveSmallIntegerField(default=0)
    parked = models.BooleanField(default=False)
    cancel_sent_at = models.DateTimeField(null=True)

    task_id = models.CharField(max_length=120, blank=True)
    percent = models.PositiveSmallIntegerField(null=True)
    vendor_state = models.CharField(max_length=12, blank=True)
    failure_class = models.CharField(max_length=20, blank=True)
    failure_code = models.CharField(max_length=80, blank=True)
    reason = models.TextField(blank=True)
    cost_micros = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["job", "seq"], name="attempt_seq_once"),
            models.UniqueConstraint(
                fields=["job"],
                condition=Q(state__in=ATTEMPT_LIVE, parked=False),
                name=ONE_LIVE_ATTEMPT,
            ),
            models.UniqueConstraint(
                fields=["account", "match_key"],
                condition=Q(state__in=ATTEMPT_IN_DOUBT),
                name=ONE_OPEN_MATCH_KEY,
            ),
            models.CheckConstraint(
                condition=Q(state__in=AttemptState.values), name="attempt_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=ATTEMPT_UNSENT) | Q(submit_started_at__isnull=False),
                name="attempt_sent_has_start",
            ),
            models.CheckConstraint(
                condition=Q(state="submitting", lease_until__isnull=False)
                | (~Q(state="submitting") & Q(lease_until__isnull=True)),
                name="attempt_lease_while_submitting",
            ),
            models.CheckConstraint(condition=Q(max_micros__gt=0), name="attempt_holds_something"),
        ]
        indexes = [
            # Every worker's question: what is due now?
            models.Index(
                fields=["state", "next_check_at"],
                condition=Q(state__in=ATTEMPT_LIVE),
                name="attempt_due",
            ),
            # The lines of those who wait: the first ones of each lane.
            models.Index(
                fields=["lane", "turn", "id"],
                condition=Q(state="planned", parked=False),
                name="attempt_line",
            ),
            # How many tasks are under way, by account and model: the slots in use.
            models.Index(
                fields=["account", "model"],
                condition=Q(state__in=ATTEMPT_UNDER_WAY),
                name="attempt_slots",
            ),
            # How long this offer takes: its last finished attempts.
            models.Index(fields=["offer", "mode", "state", "-id"], name="attempt_pace"),
            # The few whose outcome nobody knew, by their jobs.
            models.Index(
                fields=["job"],
                condition=Q(state__in=("unknown", "lost_billed")),
                name="attempt_doubt",
            ),
        ]

    def __str__(self) -> str:
        return self.client_ref


class LearnedFrom(models.TextChoices):
    RESPONSE = "response", "The create answer"
    LOOKUP = "lookup", "A look-up by our id"
    LIST = "list", "The vendor's list"
    CALLBACK = "callback", "A callback"
    STATEMENT = "statement", "The bill"
    OPERATOR = "operator", "A person"


class ProviderTask(models.Model):
    """The fact that a vendor's task exists. Inserted, never changed."""

    account = models.ForeignKey("providers.ProviderAccount", models.PROTECT, related_name="+")
    task_id = models.CharField(max_length=120)
    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="tasks")
    learned_from = models.CharField(max_length=10, choices=LearnedFrom.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "task_id"], name="task_once"),
        ]

    def __str__(self) -> str:
        return self.task_id
