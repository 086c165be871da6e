"""What is advertised, with the original photos that clips are animated from."""

from django.db import models

from accounts.models import WorkspaceRow
from campaigns.models.client import Client
from generation.identifiers import new_uid


def product_uid() -> str:
    return new_uid("prod")


class Product(WorkspaceRow):
    """A product of a client, or of the workspace itself. `version` counts its changes, those
    of its photos included."""

    uid = models.CharField(max_length=32, unique=True, default=product_uid)
    client = models.ForeignKey(Client, models.PROTECT, null=True, related_name="products")
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    audience = models.CharField(max_length=300, blank=True)
    benefits = models.JSONField(default=list)
    made_from = models.OneToOneField("self", models.PROTECT, null=True, related_name="live_copy")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # A client's products, newest first.
            models.Index(fields=["workspace", "mode", "client", "-id"], name="product_list"),
        ]

    def __str__(self) -> str:
        return self.name


class ProductPhoto(WorkspaceRow):
    """An uploaded picture of a product, in the order in which they are shown."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="photos")
    asset = models.ForeignKey("generation.Asset", models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)
    caption = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["product", "asset"], name="photo_once_a_product"),
        ]
