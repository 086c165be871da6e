"""A person's second factor: the codes of an app, and recovery codes for the day it is lost."""

from django.db import models


class SecondFactor(models.Model):
    """`accounts.second_factor` writes it. It counts from `confirmed_at` on.

    The secret is sealed with a key of the settings. `last_counter` is the time step of the last
    code that was taken: no code is taken twice. Recovery codes are kept as hashes.
    """

    user = models.OneToOneField("accounts.User", models.CASCADE, related_name="second_factor")
    sealed = models.TextField()
    last_counter = models.BigIntegerField(default=0)
    recovery_hashes = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True)
