"""One job's answer to a shot, and what people and the market thought of it."""

from django.db import models
from django.db.models import Q

from accounts.models import WorkspaceRow
from campaigns.models.shot import Shot
from generation.identifiers import new_uid


def take_uid() -> str:
    return new_uid("take")


class Verdict(models.TextChoices):
    NONE = "", "No verdict"
    PICKED = "picked", "Picked"
    REJECTED = "rejected", "Rejected"


class Take(WorkspaceRow):
    """A job made for a shot. `number` counts the shot's takes from 1.

    `factors` is what distinguishes it from its siblings, as `{"hook": "question", …}`.
    `promoted_from` is the draft that it repeats at a higher tier; `drift` says how far it
    went from it (0 the same, 1 another scene), once measured; `drift_due_at` is set while that
    is still to be done.
    """

    uid = models.CharField(max_length=32, unique=True, default=take_uid)
    shot = models.ForeignKey(Shot, models.PROTECT, related_name="takes")
    job = models.OneToOneField("generation.Job", models.PROTECT, related_name="take")
    number = models.PositiveIntegerField()
    factors = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    made_of = models.JSONField(default=dict)
    promoted_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="promotions")
    rating = models.PositiveSmallIntegerField(null=True)
    verdict = models.CharField(max_length=8, choices=Verdict.choices, default="", blank=True)
    reject_reason = models.CharField(max_length=40, blank=True)
    reject_note = models.TextField(blank=True)
    judged_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    judged_at = models.DateTimeField(null=True)
    drift = models.FloatField(null=True)
    drift_worst_second = models.FloatField(null=True)
    drift_note = models.TextField(blank=True)
    drift_due_at = models.DateTimeField(null=True)
    drift_tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shot", "number"], name="take_number_once"),
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__gte=1, rating__lte=5),
                name="take_rating_1_to_5",
            ),
        ]
        indexes = [
            # What is picked in a workspace, for the cost of a picked second.
            models.Index(
                fields=["workspace", "mode"], condition=Q(verdict="picked"), name="take_picked"
            ),
            # Finals whose distance from their draft is still to be measured.
            models.Index(
                fields=["drift_due_at"],
                condition=Q(drift_due_at__isnull=False),
                name="take_drift_due",
            ),
        ]

    def __str__(self) -> str:
        return self.uid


class AdResult(WorkspaceRow):
    """What a take did as an ad, as some platform reported it for one day and placement.

    Imported once for each (take, placement, day); a later import of the same replaces it.
    """

    take = models.ForeignKey(Take, models.PROTECT, related_name="ad_results")
    placement = models.CharField(max_length=80, blank=True)
    day = models.DateField()
    impressions = models.PositiveBigIntegerField(default=0)
    clicks = models.PositiveBigIntegerField(default=0)
    conversions = models.PositiveBigIntegerField(default=0)
    spend_micros = models.BigIntegerField(default=0)
    source = models.CharField(max_length=200, blank=True)
    imported_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    imported_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["take", "placement", "day"], name="ad_result_once"),
        ]
