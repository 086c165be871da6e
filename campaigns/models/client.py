"""Whom the agency works for: what is true of a client whatever the campaign."""

from django.db import models

from accounts.models import WorkspaceRow


class Client(WorkspaceRow):
    """A client's profile. Its public id and its name are those of its cost centre."""

    centre = models.OneToOneField(
        "generation.CostCentre", models.PROTECT, related_name="client_profile"
    )
    about = models.TextField(blank=True)
    contact_name = models.CharField(max_length=120, blank=True)
    contact_email = models.EmailField(blank=True)
    markets = models.JSONField(default=list)
    placements = models.JSONField(default=list)
    disclosure = models.TextField(blank=True)
    made_from = models.OneToOneField("self", models.PROTECT, null=True, related_name="live_copy")
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # A workspace's clients, newest first.
            models.Index(fields=["workspace", "mode", "-id"], name="client_list"),
        ]

    def __str__(self) -> str:
        return self.centre.name

    @property
    def uid(self) -> str:
        return self.centre.uid

    @property
    def name(self) -> str:
        return self.centre.name


class BrandKit(WorkspaceRow):
    """How a client's footage looks and speaks.

    `colours` are `{"name", "hex"}`; `locked_phrases` are never rewritten by anything;
    `avoid` is what must not be seen; `defaults` fills variables of prompt templates by name.
    `version` counts the changes, so that what was made before one can say so.
    """

    client = models.OneToOneField(Client, models.PROTECT, related_name="brand_kit")
    voice = models.TextField(blank=True)
    colours = models.JSONField(default=list)
    locked_phrases = models.JSONField(default=list)
    avoid = models.JSONField(default=list)
    defaults = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)
