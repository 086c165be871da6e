"""How much may be spent for what, period by period, and how much is held and spent already."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from accounts.models import WorkspaceRow
from generation.identifiers import budget_uid


class BudgetKind(models.TextChoices):
    WORKSPACE = "workspace", "Workspace"
    CENTRE = "centre", "Client, campaign or batch"
    PROVIDER = "provider", "Provider"
    API_KEY = "api_key", "API key"


class PeriodKind(models.TextChoices):
    MONTHLY = "monthly", "Every month"
    CUSTOM = "custom", "From a day to a day"
    LIFETIME = "lifetime", "Once, without an end"


def usual_shares() -> list[int]:
    """The percentages of the limit at which somebody is told."""
    return [50, 80, 100]


class Budget(WorkspaceRow):
    """What is limited and by how much; the money itself stands in its periods.

    A hard budget refuses new holds over its limit; a soft one goes on and tells people.
    `starts_on` and `ends_on` are the first and the last day on which it holds, in the
    workspace's time zone; without `ends_on` it holds until it is switched off.
    """

    uid = models.CharField(max_length=32, unique=True, default=budget_uid)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=9, choices=BudgetKind.choices)
    cost_centre = models.ForeignKey(
        "generation.CostCentre", models.PROTECT, null=True, blank=True, related_name="budgets"
    )
    provider = models.CharField(max_length=20, blank=True)
    api_key = models.ForeignKey(
        "accounts.ApiKey", models.PROTECT, null=True, blank=True, related_name="+"
    )
    period = models.CharField(max_length=8, choices=PeriodKind.choices, default=PeriodKind.LIFETIME)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    hard = models.BooleanField(default=True)
    limit_micros = models.BigIntegerField()
    alert_shares = models.JSONField(default=usual_shares)
    active = models.BooleanField(default=True)
    created_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(limit_micros__gte=0), name="budget_limit_positive"),
        ]
        indexes = [
            # Admission: the budgets of a workspace and mode, by what they limit.
            models.Index(fields=["workspace", "mode", "kind"], name="budget_lookup"),
        ]

    def __str__(self) -> str:
        return self.name


class BudgetPeriod(WorkspaceRow):
    """One month, or one stretch, of a budget. Admission moves these rows.

    `held_micros` and `spent_micros` cache the sums of the period's ledger lines. `limit_micros`
    and `hard` are the budget's own as they were last set while the period ran, so that a later
    change never rewrites a past month. Lowering the limit below held + spent is allowed: only
    new holds are refused then. `next_alert_micros` is the sum of held and spent at which
    somebody is to be told next; null when nobody is.
    """

    budget = models.ForeignKey(Budget, models.PROTECT, related_name="periods")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    hard = models.BooleanField(default=True)
    limit_micros = models.BigIntegerField()
    held_micros = models.BigIntegerField(default=0)
    spent_micros = models.BigIntegerField(default=0)
    next_alert_micros = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["budget", "starts_on"], name="period_once"),
            models.CheckConstraint(condition=Q(limit_micros__gte=0), name="period_limit_positive"),
            models.CheckConstraint(condition=Q(held_micros__gte=0), name="period_held_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.budget} from {self.starts_on}"

    @property
    def used_micros(self) -> int:
        return self.held_micros + self.spent_micros

    @property
    def left_micros(self) -> int:
        return self.limit_micros - self.used_micros


class BudgetAlert(WorkspaceRow):
    """A period has come to a share of its limit; written in the transaction that crossed it.

    Once for each share and limit: a limit that was changed is a new line to cross.
    """

    period = models.ForeignKey(BudgetPeriod, models.PROTECT, related_name="alerts")
    share = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(1000)]
    )
    limit_micros = models.BigIntegerField()
    used_micros = models.BigIntegerField()
    at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True)
    next_try_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["period", "share", "limit_micros"], name="alert_once_per_line"
            ),
        ]
        indexes = [
            # Who is still to be told by mail?
            models.Index(
                fields=["next_try_at"],
                condition=Q(next_try_at__isnull=False),
                name="alert_due",
            ),
            # The newest alerts of a workspace.
            models.Index(fields=["workspace", "mode", "-id"], name="alert_list"),
        ]
