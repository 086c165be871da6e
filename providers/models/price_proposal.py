"""A change of the price book, from being asked for to being decided."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class ProposalState(models.TextChoices):
    PENDING = "pending", "Waits for a second person"
    APPROVED = "approved", "In the price book"
    REFUSED = "refused", "Refused"


class PriceProposal(models.Model):
    """A new price of an offer from a day on. `price_row` is what an approval has written.

    Where the settings ask for two persons, `decided_by` is never `proposed_by`, unless the
    proposal is withdrawn.
    """

    offer = models.ForeignKey("providers.Offer", models.PROTECT, related_name="proposals")
    micros_per_second = models.BigIntegerField()
    valid_from = models.DateField()
    source = models.CharField(max_length=200)
    state = models.CharField(
        max_length=8, choices=ProposalState.choices, default=ProposalState.PENDING
    )
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    price_row = models.OneToOneField(
        "providers.PriceRow", models.PROTECT, null=True, related_name="proposal"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(micros_per_second__gt=0), name="proposal_above_nothing"
            ),
            models.UniqueConstraint(
                fields=["offer", "valid_from"],
                condition=Q(state="pending"),
                name="one_open_proposal_a_day",
            ),
            models.CheckConstraint(
                condition=Q(state="approved", price_row__isnull=False)
                | (~Q(state="approved") & Q(price_row__isnull=True)),
                name="approved_has_price_row",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offer} from {self.valid_from}"
