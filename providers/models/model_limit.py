"""How much of one model an account may run at once, and until when it wants none."""

from django.db import models


class ModelLimit(models.Model):
    """One model at one account. `slots` is empty where only the account's own number counts.

    `quiet_until` is the vendor's word after too many requests: until then nothing new is sent.
    `quiet_since` is when that began; a request that is taken ends it.
    """

    account = models.ForeignKey(
        "providers.ProviderAccount", models.CASCADE, related_name="model_limits"
    )
    model = models.CharField(max_length=80)
    slots = models.PositiveIntegerField(null=True, blank=True)
    # A person has set it: loading the catalogue file leaves it alone.
    slots_by_hand = models.BooleanField(default=False)
    quiet_since = models.DateTimeField(null=True, blank=True)
    quiet_until = models.DateTimeField(null=True, blank=True)
    quiet_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "model"], name="model_limit_once"),
            models.CheckConstraint(
                condition=models.Q(slots__isnull=True) | models.Q(slots__gt=0),
                name="model_limit_above_nothing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.model} at {self.account}"
