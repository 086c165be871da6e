"""Our account at a vendor: its health, shared by all workers."""

from django.db import models


class AccountState(models.TextChoices):
    """Paused: nothing is sent there. Draining: nothing new is planned there, but clips that were
    planned for it before still go out. What runs there is looked after in every state."""

    ACTIVE = "active", "Active"
    PAUSED = "paused", "Paused"
    DRAINING = "draining", "Draining"
    RETIRED = "retired", "Retired"


class Circuit(models.TextChoices):
    CLOSED = "closed", "Good"
    OPEN = "open", "Not asked for now"
    HALF_OPEN = "half_open", "Being tried"


class ProviderAccount(models.Model):
    """One key at one vendor in one mode. The circuit counts failures of the vendor itself.

    `state_reason`, `state_by` and `state_at` say why, by whom and since when it is in its state.
    """

    provider = models.CharField(max_length=20)
    mode = models.CharField(max_length=4)
    state = models.CharField(
        max_length=8, choices=AccountState.choices, default=AccountState.ACTIVE
    )
    state_reason = models.CharField(max_length=200, blank=True)
    state_by = models.CharField(max_length=150, blank=True)
    state_at = models.DateTimeField(null=True, blank=True)
    circuit = models.CharField(max_length=9, choices=Circuit.choices, default=Circuit.CLOSED)
    circuit_reason = models.CharField(max_length=200, blank=True)
    circuit_since = models.DateTimeField(null=True, blank=True)
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
