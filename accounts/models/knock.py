"""How often somebody has asked for something lately, for what must not be asked too often."""

from django.db import models


class Knock(models.Model):
    """One try of `what` by `who`, kept for as long as its window lasts."""

    what = models.CharField(max_length=20)
    who = models.CharField(max_length=254)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["what", "who", "at"], name="knock_lately")]
