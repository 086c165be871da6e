"""Stored files: uploaded pictures, finished clips, and films joined from them."""

from django.db import models
from django.db.models import Q

from accounts.models import WorkspaceRow
from generation.choices import AssetKind, AssetState
from generation.identifiers import asset_uid


class Asset(WorkspaceRow):
    """A file in our storage, or one that is being fetched from a vendor.

    An unclaimed clip was finished by the vendor after its job had been cancelled: it was
    paid for, so it is kept, but it completes no job. A picture may be a part of another one:
    `crop` says which, as "left,top,width,height" in the other's pixels.
    """

    uid = models.CharField(max_length=32, unique=True, default=asset_uid)
    kind = models.CharField(max_length=7, choices=AssetKind.choices)
    state = models.CharField(max_length=11, choices=AssetState.choices, default=AssetState.PENDING)
    job = models.ForeignKey("generation.Job", models.PROTECT, null=True, related_name="assets")
    attempt = models.OneToOneField(
        "generation.Attempt", models.PROTECT, null=True, related_name="asset"
    )
    cropped_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="crops")
    crop = models.CharField(max_length=40, blank=True)
    unclaimed = models.BooleanField(default=False)
    created_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    original_name = models.CharField(max_length=200, blank=True)

    storage_key = models.CharField(max_length=200, blank=True)
    thumbnail_key = models.CharField(max_length=200, blank=True)
    media_type = models.CharField(max_length=40, blank=True)
    bytes = models.BigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    seconds = models.FloatField(null=True)

    output_url = models.TextField(blank=True)
    next_check_at = models.DateTimeField(null=True)
    lease_owner = models.CharField(max_length=120, blank=True)
    fetch_deadline = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    reason = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    stored_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(state="stored", bytes__gt=0) & ~Q(sha256="") & ~Q(storage_key=""))
                | (~Q(state="stored") & Q(sha256="", storage_key="")),
                name="asset_stored_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(kind="clip") | Q(attempt__isnull=False, job__isnull=False),
                name="clip_has_attempt",
            ),
        ]
        indexes = [
            # What is to be fetched now?
            models.Index(fields=["next_check_at"], condition=Q(state="pending"), name="asset_due"),
            # Uploads and clips of a workspace, newest first.
            models.Index(fields=["workspace", "mode", "kind", "-id"], name="asset_list"),
        ]

    def __str__(self) -> str:
        return self.uid
