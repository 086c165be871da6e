"""How much may be spent for what, and how much of it is held and spent already."""

from django.db import models
from django.db.models import Q

from accounts.models import WorkspaceRow
from generation.identifiers import budget_uid


class BudgetKind(models.TextChoices):
    WORKSPACE = "workspace", "Workspace"
    CENTRE = "centre", "Client, campaign or batch"
    PROVIDER = "provider", "Provider"
    API_KEY = "api_key", "API key"


class Budget(WorkspaceRow):
    """`held_micros` and `spent_micros` cache the sums of this budget's ledger lines.

    A hard budget refuses new holds over its limit; a soft one only shows it. Lowering the
    limit below held + spent is allowed: only new holds are refused then.
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
    period_start = models.DateField()
    period_end = models.DateField(null=True, blank=True)
    hard = models.BooleanField(default=True)
    limit_micros = models.BigIntegerField()
    held_micros = models.BigIntegerField(default=0)
    spent_micros = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(limit_micros__gte=0), name="budget_limit_positive"),
            models.CheckConstraint(condition=Q(held_micros__gte=0), name="budget_held_positive"),
        ]
        indexes = [
            # Admission: the budgets of a workspace and mode that cover today.
            models.Index(fields=["workspace", "mode", "period_start"], name="budget_lookup"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def left_micros(self) -> int:
        return self.limit_micros - self.held_micros - self.spent_micros
