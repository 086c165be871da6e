"""Clients' statements as they were issued: numbered, never changed, with the very files.

All of these only grow: database triggers refuse change and removal.
"""

from django.db import models
from django.db.models import Q

from accounts.models import WorkspaceRow


class IssueKind(models.TextChoices):
    STATEMENT = "statement", "Statement"
    CORRECTION = "correction", "Correction"


class FileEnding(models.TextChoices):
    CSV = "csv", "CSV"
    PDF = "pdf", "PDF"


class IssuedStatement(WorkspaceRow):
    """One paper that a client was given. `number` is `2026-0001`: the year in the workspace's
    time zone and a serial that leaves no gap in its workspace and mode.

    Money is hundredths of `currency`. `letterhead` is whose paper it is, `rate_cards` the ids of
    the terms that it rests on, `corrects` the first statement of the month that a correction
    names; a month has one first statement.
    """

    number = models.CharField(max_length=16)
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=IssueKind.choices)
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrections")
    client = models.ForeignKey("generation.CostCentre", models.PROTECT, related_name="statements")
    client_name = models.CharField(max_length=200)
    month = models.DateField()
    time_zone = models.CharField(max_length=64)
    currency = models.CharField(max_length=3)
    total_cents = models.BigIntegerField()
    clips = models.IntegerField()
    seconds = models.IntegerField()
    unpriced_clips = models.PositiveIntegerField(default=0)
    letterhead = models.JSONField()
    rate_cards = models.JSONField()
    month_close = models.ForeignKey("generation.PeriodClose", models.PROTECT, related_name="+")
    issued_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    issued_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "mode", "year", "serial"], name="statement_serial_once"
            ),
            models.UniqueConstraint(
                fields=["workspace", "mode", "number"], name="statement_number_once"
            ),
            models.UniqueConstraint(
                fields=["client", "month"],
                condition=Q(kind="statement"),
                name="first_statement_once",
            ),
            models.CheckConstraint(
                condition=Q(kind="statement", corrects__isnull=True)
                | Q(kind="correction", corrects__isnull=False),
                name="correction_names_first",
            ),
            models.CheckConstraint(condition=Q(serial__gte=1), name="statement_serial_from_one"),
        ]
        indexes = [
            # A client's papers, newest first.
            models.Index(fields=["client", "-id"], name="issued_of_client"),
        ]

    def __str__(self) -> str:
        return self.number


class IssuedLine(WorkspaceRow):
    """One row of an issued statement, in its order. `month` is the month that it is about: for
    a correction an earlier one, whose first statement `corrects` names."""

    statement = models.ForeignKey(IssuedStatement, models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField()
    client = models.ForeignKey("generation.CostCentre", models.PROTECT, related_name="+")
    month = models.DateField()
    corrects = models.ForeignKey(IssuedStatement, models.PROTECT, null=True, related_name="+")
    campaign_id = models.CharField(max_length=32, blank=True)
    what = models.CharField(max_length=400)
    clips = models.IntegerField()
    seconds = models.IntegerField()
    rate = models.CharField(max_length=80, blank=True)
    cents = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["statement", "position"], name="issued_line_order"),
        ]
        indexes = [
            # What a client was told for a month, by every paper so far.
            models.Index(fields=["client", "month"], name="issued_line_month"),
        ]


class IssuedFile(WorkspaceRow):
    """The bytes that the client was given, with their hash."""

    statement = models.ForeignKey(IssuedStatement, models.PROTECT, related_name="files")
    ending = models.CharField(max_length=3, choices=FileEnding.choices)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["statement", "ending"], name="issued_file_once"),
        ]
