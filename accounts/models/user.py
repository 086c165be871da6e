from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A person who signs in."""

    # Null when unknown: two people without an address must not collide on "".
    email = models.EmailField(  # type: ignore[assignment]
        "email address", unique=True, null=True, blank=True
    )
    time_zone = models.CharField(max_length=64, default="UTC")
