"""A campaign's storyboard as one film, and where the making of it stands."""

from django.db import models
from django.db.models import Q

from accounts.models import WorkspaceRow
from campaigns.models.campaign import Campaign
from generation.identifiers import new_uid


def film_uid() -> str:
    return new_uid("film")


class FilmState(models.TextChoices):
    QUEUED = "queued", "Waiting"
    RENDERING = "rendering", "Being made"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"


FILM_OPEN = (FilmState.QUEUED, FilmState.RENDERING)


class Film(WorkspaceRow):
    """One state of a storyboard, filmed once: `recipe` is the hash of all that it shows.

    `plan` holds the size and the parts as they were when it was asked for. A worker that makes
    it moves `due_at` on at each part; when that time passes, another one takes it up, and
    `tries` tells the two apart.
    """

    uid = models.CharField(max_length=32, unique=True, default=film_uid)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="films")
    recipe = models.CharField(max_length=64)
    plan = models.JSONField()
    state = models.CharField(max_length=9, choices=FilmState.choices, default=FilmState.QUEUED)
    frames_done = models.PositiveIntegerField(default=0)
    frames_total = models.PositiveIntegerField()
    due_at = models.DateTimeField(null=True)
    lease_owner = models.CharField(max_length=120, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    reason = models.TextField(blank=True)
    asset = models.ForeignKey("generation.Asset", models.PROTECT, null=True, related_name="+")
    created_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    made_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "recipe"], name="film_once_a_recipe"),
            models.CheckConstraint(
                condition=Q(state="ready", asset__isnull=False)
                | (~Q(state="ready") & Q(asset__isnull=True)),
                name="film_ready_has_asset",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "rendering"], due_at__isnull=False)
                | Q(state__in=["ready", "failed"], due_at__isnull=True),
                name="film_open_is_due",
            ),
        ]
        indexes = [
            # What is to be made now?
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="film_due"),
        ]

    def __str__(self) -> str:
        return self.uid
