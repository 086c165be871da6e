"""What a vendor says that we owe, what a person decided about it, and closed months.

All of these only grow: database triggers refuse change and removal.
"""

from django.db import models
from django.db.models import Q

from accounts.models import WorkspaceRow
from generation.identifiers import new_uid


def statement_uid() -> str:
    return new_uid("stm")


def statement_line_uid() -> str:
    return new_uid("stl")


class StatementSource(models.TextChoices):
    SANDBOX = "sandbox", "The sandbox's invoice"
    RUNWAY = "runway_usage", "Runway's usage report"
    CSV = "csv", "A CSV file"


class Grain(models.TextChoices):
    """What one line stands for."""

    TASK = "task", "One task"
    DAY = "day", "One day and model"


class Statement(WorkspaceRow):
    """One import. It covers the days from `starts_on` up to, not including, `ends_on` (UTC)."""

    uid = models.CharField(max_length=32, unique=True, default=statement_uid)
    account = models.ForeignKey("providers.ProviderAccount", models.PROTECT, related_name="+")
    source = models.CharField(max_length=12, choices=StatementSource.choices)
    grain = models.CharField(max_length=4, choices=Grain.choices, default=Grain.TASK)
    starts_on = models.DateField()
    ends_on = models.DateField()
    file_name = models.CharField(max_length=200, blank=True)
    added_lines = models.PositiveIntegerField()
    known_lines = models.PositiveIntegerField()
    added_micros = models.BigIntegerField()
    imported_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    imported_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gt=models.F("starts_on")), name="statement_covers_days"
            ),
        ]
        indexes = [
            # Which days of an account are covered.
            models.Index(
                fields=["workspace", "mode", "account", "starts_on"], name="statement_cover"
            ),
        ]

    def __str__(self) -> str:
        return self.uid


class StatementLine(WorkspaceRow):
    """One line of a vendor's bill; a refund is negative. `source_key` is the line's own name at
    the vendor, or one made from its content: the same line is never taken in twice."""

    uid = models.CharField(max_length=32, unique=True, default=statement_line_uid)
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="lines")
    account = models.ForeignKey("providers.ProviderAccount", models.PROTECT, related_name="+")
    source_key = models.CharField(max_length=160)
    grain = models.CharField(max_length=4, choices=Grain.choices, default=Grain.TASK)
    day = models.DateField()
    task_id = models.CharField(max_length=120, blank=True)
    client_ref = models.CharField(max_length=120, blank=True)
    model = models.CharField(max_length=80, blank=True)
    seconds = models.PositiveIntegerField(null=True)
    native_amount = models.CharField(max_length=40, blank=True)
    native_unit = models.CharField(max_length=20, blank=True)
    micros = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "source_key"], name="source_line_once"),
        ]
        indexes = [
            # A month of an account.
            models.Index(
                fields=["workspace", "mode", "day", "account"], name="statement_line_month"
            ),
            # All that was ever billed for one task.
            models.Index(fields=["account", "task_id"], name="statement_line_task"),
        ]

    def __str__(self) -> str:
        return self.uid


class DecisionKind(models.TextChoices):
    ADJUSTED = "adjusted", "The ledger was adjusted"
    DISPUTED = "disputed", "Disputed with the provider"
    RESOLVED = "resolved", "The unknown outcome was settled"


class StatementDecision(WorkspaceRow):
    """What a person decided about one difference. `subject` names it and its amounts, so that
    a difference which changes later is a new one and asks again."""

    subject = models.CharField(max_length=200)
    kind = models.CharField(max_length=8, choices=DecisionKind.choices)
    finding = models.CharField(max_length=20)
    account = models.ForeignKey("providers.ProviderAccount", models.PROTECT, related_name="+")
    statement_line = models.ForeignKey(
        StatementLine, models.PROTECT, null=True, related_name="decisions"
    )
    ledger_line = models.ForeignKey(
        "generation.LedgerLine", models.PROTECT, null=True, related_name="decisions"
    )
    reason = models.TextField()
    decided_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "mode", "subject"], name="difference_decided_once"
            ),
        ]


class PeriodClose(WorkspaceRow):
    """A month that is done: the days from `month` up to, not including, `until` (UTC).

    `report` is what the month came to, kept as it was; `spent_micros` is its sum.
    """

    month = models.DateField()
    until = models.DateField()
    spent_micros = models.BigIntegerField()
    report = models.JSONField()
    report_sha256 = models.CharField(max_length=64)
    override_reason = models.TextField(blank=True)
    closed_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "mode", "month"], name="month_once"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
