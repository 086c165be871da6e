"""A campaign and the brief that it answers."""

from django.db import models

from accounts.models import WorkspaceRow
from campaigns.models.client import Client
from campaigns.models.product import Product


class Campaign(WorkspaceRow):
    """One piece of work for a client. Its public id and its name are those of its cost centre.

    `made_from` is the campaign of test mode that this one repeats live.
    """

    centre = models.OneToOneField("generation.CostCentre", models.PROTECT, related_name="campaign")
    client = models.ForeignKey(Client, models.PROTECT, null=True, related_name="campaigns")
    made_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="repeats")
    created_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # A workspace's campaigns, newest first.
            models.Index(fields=["workspace", "mode", "-id"], name="campaign_list"),
        ]

    def __str__(self) -> str:
        return self.centre.name

    @property
    def uid(self) -> str:
        return self.centre.uid

    @property
    def name(self) -> str:
        return self.centre.name


class Brief(WorkspaceRow):
    """What the client wants, as far as it has been said. Money is micro-dollars.

    `claims` are `{"text", "proof"}`. `scenes` are B-roll scenes that somebody asked for by
    words; `b_roll_count` is how many are wanted in all. `total_seconds` is the length of the
    finished film, if one was agreed. `version` counts the changes.
    """

    campaign = models.OneToOneField(Campaign, models.PROTECT, related_name="brief")
    goal = models.TextField(blank=True)
    audience = models.TextField(blank=True)
    message = models.TextField(blank=True)
    must = models.JSONField(default=list)
    never = models.JSONField(default=list)
    claims = models.JSONField(default=list)
    products = models.ManyToManyField(Product, related_name="briefs")
    markets = models.JSONField(default=list)
    placements = models.JSONField(default=list)
    scenes = models.JSONField(default=list)
    b_roll_count = models.PositiveSmallIntegerField(null=True)
    transition_count = models.PositiveSmallIntegerField(default=0)
    with_hook = models.BooleanField(default=False)
    with_end_card = models.BooleanField(default=False)
    total_seconds = models.PositiveSmallIntegerField(null=True)
    ratio = models.CharField(max_length=5, default="16:9")
    tier = models.CharField(max_length=8, default="standard")
    style = models.CharField(max_length=20, blank=True)
    rounds = models.PositiveSmallIntegerField(null=True)
    deadline = models.DateField(null=True)
    budget_micros = models.BigIntegerField(null=True)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)
