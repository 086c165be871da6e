"""Where a person is signed in."""

from django.db import models


class Device(models.Model):
    """One session of a browser, from signing in until it ends or is ended."""

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="devices")
    session_key = models.CharField(max_length=40, unique=True)
    agent = models.CharField(max_length=200, blank=True)
    ip = models.GenericIPAddressField(null=True)
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField()
