"""What the books said when they were last checked."""

from django.db import models


class MoneyCheck(models.Model):
    """One run of all invariants, of all workspaces: `found` has the number of breaches of each
    by its name, 0 included; `first` the first few, as lines for people."""

    at = models.DateTimeField()
    took_ms = models.PositiveIntegerField()
    found = models.JSONField()
    first = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["-at"], name="money_check_newest")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"

    @property
    def differences(self) -> int:
        return sum(self.found.values())
