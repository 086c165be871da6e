from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A person who signs in."""

    # Null when unknown: two people without an address must not collide on "".
    email = models.EmailField(  # type: ignore[assignment]
        "email address", unique=True, null=True, blank=True
    )
    time_zone = models.CharField(max_length=64, default="UTC")

    def save(self, *args: Any, **kwargs: Any) -> None:
        # Django's own normalising turns a missing address into "".
        self.email = self.email or None
        super().save(*args, **kwargs)
