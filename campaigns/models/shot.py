"""One piece of footage wanted, in the order of the storyboard."""

from django.db import models

from accounts.models import WorkspaceRow
from campaigns.models.campaign import Campaign
from campaigns.models.product import Product
from generation.identifiers import new_uid


def shot_uid() -> str:
    return new_uid("shot")


class ShotRole(models.TextChoices):
    HOOK = "hook", "Hook"
    B_ROLL = "b_roll", "B-roll"
    PRODUCT = "product", "Product shot"
    TRANSITION = "transition", "Transition"
    END_CARD = "end_card", "End card"


class Shot(WorkspaceRow):
    """What is wanted and how it is to be made; its takes are the answers.

    `made_of` holds the versions that it was written from, as `{"brief": 3, "brand_kit": 1,
    "product:prod_…": 2, "template:tpl_…": 4}`. A locked shot is changed by no new plan.
    `picked` is the take that people chose, `final` the one that goes on.
    """

    uid = models.CharField(max_length=32, unique=True, default=shot_uid)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="shots")
    position = models.PositiveIntegerField()
    role = models.CharField(max_length=10, choices=ShotRole.choices)
    prompt = models.TextField()
    negative_prompt = models.TextField(blank=True)
    seconds = models.PositiveSmallIntegerField(default=5)
    tier = models.CharField(max_length=8, default="draft")
    ratio = models.CharField(max_length=5, default="16:9")
    style = models.CharField(max_length=20, blank=True)
    seed = models.BigIntegerField(null=True)
    provider = models.CharField(max_length=20, blank=True)
    picture = models.ForeignKey("generation.Asset", models.PROTECT, null=True, related_name="+")
    product = models.ForeignKey(Product, models.PROTECT, null=True, related_name="shots")
    template_version = models.ForeignKey(
        "campaigns.TemplateVersion", models.PROTECT, null=True, related_name="shots"
    )
    template_values = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    locked = models.BooleanField(default=False)
    made_of = models.JSONField(default=dict)
    picked = models.ForeignKey("campaigns.Take", models.PROTECT, null=True, related_name="+")
    final = models.ForeignKey("campaigns.Take", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["position", "pk"]
        indexes = [
            # A campaign's storyboard in its order.
            models.Index(fields=["campaign", "position", "id"], name="shot_order"),
        ]

    def __str__(self) -> str:
        return self.uid
