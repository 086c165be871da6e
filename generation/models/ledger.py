"""Money, append-only. Written by `generation.money.ledger` alone; triggers refuse changes."""

from django.db import models
from django.db.models import F, Q

from accounts.models import WorkspaceRow
from generation.choices import LineKind


class LedgerLine(WorkspaceRow):
    """One movement between available, held and spent, in micro-dollars.

    hold: held +x. release: held −x. settle: held −x, spent +cost. charge: spent +cost of a
    task that turned up late. adjust: spent ±x from one line of a vendor's statement.
    """

    # Workspace, account, price row and job repeat what the attempt and its job say; A14 of the
    # money checks proves that they agree.
    workspace = models.ForeignKey(
        "accounts.Workspace", models.PROTECT, related_name="+", db_index=False
    )
    cost_centre = models.ForeignKey("generation.CostCentre", models.PROTECT, related_name="+")
    account = models.ForeignKey(
        "providers.ProviderAccount", models.PROTECT, related_name="+", db_index=False
    )
    price_row = models.ForeignKey("providers.PriceRow", models.PROTECT, related_name="+")
    job = models.ForeignKey("generation.Job", models.PROTECT, related_name="ledger_lines")
    attempt = models.ForeignKey("generation.Attempt", models.PROTECT, related_name="ledger_lines")
    task_id = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=7, choices=LineKind.choices)
    held_delta = models.BigIntegerField()
    spent_delta = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="USD")
    native_amount = models.CharField(max_length=40, blank=True)
    native_unit = models.CharField(max_length=20, blank=True)
    statement_line = models.CharField(max_length=120, null=True, unique=True)
    # The closed month that an adjustment corrects; the line itself is dated today.
    for_month = models.DateField(null=True)
    provisional = models.BooleanField(default=False)
    reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="hold", held_delta__gt=0, spent_delta=0)
                | Q(kind="release", held_delta__lt=0, spent_delta=0)
                | Q(kind="settle", held_delta__lt=0, spent_delta__gte=0)
                | (Q(kind="charge", held_delta=0, spent_delta__gte=0) & ~Q(task_id=""))
                | Q(kind="adjust", held_delta=0, statement_line__isnull=False),
                name="ledger_kind_moves",
            ),
            models.UniqueConstraint(
                fields=["attempt"], condition=Q(kind="hold"), name="ledger_one_hold"
            ),
            models.UniqueConstraint(
                fields=["attempt"],
                condition=Q(kind__in=("release", "settle")),
                name="ledger_one_resolution",
            ),
            models.UniqueConstraint(
                F("account"),
                F("task_id"),
                condition=Q(kind__in=("settle", "charge")) & ~Q(task_id=""),
                name="ledger_one_cost_per_task",
            ),
        ]
        indexes = [
            # The ledger page: newest first by workspace and mode.
            models.Index(fields=["workspace", "mode", "-id"], name="ledger_list"),
            # A month or a day of it: exports, rollups, reconciliation.
            models.Index(fields=["workspace", "mode", "created_at"], name="ledger_by_time"),
            # The costs of some days: a fifth of all lines, the same jobs' other lines left out.
            models.Index(
                fields=["workspace", "mode", "created_at"],
                include=["spent_delta", "job", "attempt", "cost_centre"],
                condition=~Q(spent_delta=0),
                name="ledger_costs",
            ),
            # What was adjusted since a month began: few lines, and far apart.
            models.Index(
                fields=["workspace", "mode", "created_at"],
                include=["held_delta", "spent_delta", "attempt", "cost_centre"],
                condition=Q(kind="adjust"),
                name="ledger_adjustments",
            ),
            # A month of bookings of one account, to be matched with its bill.
            models.Index(
                fields=["workspace", "mode", "account", "created_at"],
                include=["task_id", "spent_delta", "kind"],
                condition=~Q(task_id=""),
                name="ledger_to_match",
            ),
            # All that was ever booked for one task.
            models.Index(
                fields=["account", "task_id"],
                include=["workspace", "mode", "kind", "spent_delta", "created_at"],
                condition=~Q(task_id=""),
                name="ledger_by_task",
            ),
            # The ledger page by kind: the rare ones lie far apart.
            models.Index(fields=["workspace", "mode", "kind", "-id"], name="ledger_by_kind"),
        ]


class LedgerBudget(models.Model):
    """Which periods of which budgets a line moved."""

    # No index of its own: the constraint's begins with it.
    line = models.ForeignKey(
        LedgerLine, models.PROTECT, related_name="budget_links", db_index=False
    )
    period = models.ForeignKey("generation.BudgetPeriod", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "period"], name="period_once_per_line"),
        ]
