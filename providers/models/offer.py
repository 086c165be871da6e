"""What can be bought, and for how much since when. Loaded from providers/catalog/*.toml."""

from django.db import models


class Lifecycle(models.TextChoices):
    ACTIVE = "active", "Active"
    LIMITED = "limited", "Limited"
    DEPRECATED = "deprecated", "Deprecated"
    RETIRED = "retired", "Retired"


class Offer(models.Model):
    """Provider + wire model + transport, as one catalogue describes it.

    `terms` holds the rest of the row as the catalogue file gives it (modes, allowed seconds,
    ratios and their wire values, resolution, native sizes, abilities, typical speed, best-for
    words, deadline); `providers.catalogue` reads it into `OfferTerms`.
    """

    catalogue = models.CharField(max_length=40)
    provider = models.CharField(max_length=20)
    model = models.CharField(max_length=80)
    transport = models.CharField(max_length=20)
    display_name = models.CharField(max_length=80)
    lifecycle = models.CharField(max_length=12, choices=Lifecycle.choices)
    # A person has set it: loading the catalogue file leaves it alone.
    lifecycle_by_hand = models.BooleanField(default=False)
    terms = models.JSONField()
    source = models.CharField(max_length=200)
    confidence = models.CharField(max_length=20)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["catalogue", "provider", "model", "transport"], name="offer_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.model}"


class PriceRow(models.Model):
    """The price of an offer from a day on. Rows are added, never changed."""

    offer = models.ForeignKey(Offer, models.PROTECT, related_name="prices")
    micros_per_second = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="USD")
    valid_from = models.DateField()
    source = models.CharField(max_length=200)
    confidence = models.CharField(max_length=20)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["offer", "valid_from"], name="price_once_a_day"),
            models.CheckConstraint(
                condition=models.Q(micros_per_second__gte=0), name="price_not_negative"
            ),
        ]


class TierPolicy(models.Model):
    """Which offers a quality tier tries, in order. Each entry is "provider" or "provider/model"."""

    catalogue = models.CharField(max_length=40)
    tier = models.CharField(max_length=10)
    order = models.JSONField()
    note = models.CharField(max_length=200, blank=True)
    # A person has set it: loading the catalogue file leaves it alone.
    order_by_hand = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "tier policies"
        constraints = [
            models.UniqueConstraint(fields=["catalogue", "tier"], name="tier_policy_once"),
        ]

    def __str__(self) -> str:
        return f"{self.tier} ({self.catalogue})"
