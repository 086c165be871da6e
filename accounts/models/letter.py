"""Mail that is to go out, written in the transaction of what it tells."""

from django.db import models
from django.db.models import Q


class Letter(models.Model):
    """One message to one address. While a try is due `next_try_at` says when.

    `body` holds no secret: where it says %LINK% the sender puts the address that `link_for`
    names, so that a copy of the database opens nothing.
    """

    to = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    link_for = models.CharField(max_length=400, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    next_try_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # What is to be sent now?
            models.Index(
                fields=["next_try_at"], condition=Q(next_try_at__isnull=False), name="letter_due"
            ),
        ]
