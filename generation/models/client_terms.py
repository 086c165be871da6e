"""What a client pays for footage, dated. Rows are added, never changed."""

from django.db import models
from django.db.models import Q

from accounts.models import WorkspaceRow
from generation.identifiers import card_uid
from providers.micros import MICROS


class CardKind(models.TextChoices):
    COST_PLUS = "cost_plus", "Cost plus a percentage"
    PER_SECOND = "per_second", "A price per delivered second"
    RETAINER = "retainer", "A monthly fee with seconds included"


class RateCard(WorkspaceRow):
    """The terms of one client from a day on, until the next card begins.

    `markup_bp` is in hundredths of a percent. Prices are micro-units of `currency`;
    `micros_per_dollar` is what one dollar of cost is worth in it. Of two cards of one day the
    later made one holds.
    """

    uid = models.CharField(max_length=32, unique=True, default=card_uid)
    client = models.ForeignKey("generation.CostCentre", models.PROTECT, related_name="rate_cards")
    kind = models.CharField(max_length=10, choices=CardKind.choices)
    valid_from = models.DateField()
    currency = models.CharField(max_length=3, default="USD")
    micros_per_dollar = models.BigIntegerField(default=MICROS)
    markup_bp = models.PositiveIntegerField(default=0)
    second_micros = models.BigIntegerField(default=0)
    fee_micros = models.BigIntegerField(default=0)
    included_seconds = models.PositiveIntegerField(default=0)
    note = models.CharField(max_length=200, blank=True)
    created_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=CardKind.values)
                & Q(second_micros__gte=0, fee_micros__gte=0, micros_per_dollar__gt=0),
                name="rate_card_positive",
            ),
            models.CheckConstraint(
                condition=~Q(currency="USD") | Q(micros_per_dollar=MICROS),
                name="rate_card_dollar_is_one",
            ),
        ]
        indexes = [
            # The cards of a client, in the order in which they begin.
            models.Index(fields=["client", "valid_from", "id"], name="rate_card_of_client"),
        ]

    def __str__(self) -> str:
        return self.uid
