"""How providers did on days that are over, for the curves of their page."""

from django.db import models

from accounts.models import Mode


class ProviderDay(models.Model):
    """One provider's tries of one UTC day in all workspaces, since they share its account.

    `half` and `most` are the seconds that half and 19 of 20 clips took, null where none was made.
    """

    mode = models.CharField(max_length=4, choices=Mode.choices)
    provider = models.CharField(max_length=20)
    day = models.DateField()
    tries = models.PositiveIntegerField()
    succeeded = models.PositiveIntegerField()
    refused = models.PositiveIntegerField()
    half = models.FloatField(null=True)
    most = models.FloatField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mode", "provider", "day"], name="provider_day_once"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} on {self.day}"


class TriesSummed(models.Model):
    """The one row that says up to which day, included, tries are summed, and up to which id."""

    through = models.DateField()
    last_attempt = models.BigIntegerField()

    def __str__(self) -> str:
        return f"through {self.through}"
