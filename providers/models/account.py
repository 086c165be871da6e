"""Our account at a vendor: its health, shared by all workers."""

from django.db import models


class AccountState(models.TextChoices):
    ACTIVE = "active", "Active"
    DRAINING = "draining", "Paused for new work"
    RETIRED = "retired", "Retired"


class Circuit(models.TextChoices):
    CLOSED = "closed", "Good"
    OPEN = "open", "Not asked for now"
    HALF_OPEN = "half_open", "Being tried"


class ProviderAccount(models.Model):
    """One key at one vendor in one mode. The circuit counts failures of the vendor itself."""

    provider = models.CharField(max_length=20)
    mode = models.CharField(max_length=4)
    state = models.CharField(
        max_length=8, choices=AccountState.choices, default=AccountState.ACTIVE
    )
    state_reason = models.CharField(max_length=200, blank=True)
    circuit = models.CharField(max_length=9, choices=Circuit.choices, default=Circuit.CLOSED)
    circuit_reason = models.CharField(max_length=200, blank=True)
    circuit_until = models.DateTimeField(null=True, blank=True)
    failures_in_row = models.PositiveIntegerField(default=0)
    opened_times = models.PositiveIntegerField(default=0)
    unknowns_in_window = models.PositiveIntegerField(default=0)
    unknown_window_from = models.DateTimeField(null=True, blank=True)
    last_good_at = models.DateTimeField(null=True, blank=True)
    max_concurrent = models.PositiveIntegerField(default=20)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "mode"], name="account_once"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} ({self.mode})"
