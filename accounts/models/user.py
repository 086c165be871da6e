from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.crypto import salted_hmac


class MailChoice(models.TextChoices):
    """When notifications come by mail too."""

    NOW = "now", "At once"
    DAILY = "daily", "Once a day"
    NEVER = "never", "Never"


class User(AbstractUser):
    """A person who signs in."""

    # Null when unknown: two people without an address must not collide on "".
    email = models.EmailField(  # type: ignore[assignment]
        "email address", unique=True, null=True, blank=True
    )
    time_zone = models.CharField(max_length=64, default="UTC")
    last_seen_at = models.DateTimeField(null=True, blank=True, editable=False)
    mail_choice = models.CharField(
        max_length=5, choices=MailChoice.choices, default=MailChoice.DAILY
    )
    # Kinds of notifications that this person does not want.
    muted = models.JSONField(default=list, blank=True, editable=False)
    # Goes up when the person signs out everywhere: sessions of a lower number end.
    session_epoch = models.PositiveIntegerField(default=0, editable=False)
    digest_at = models.DateTimeField(null=True, blank=True, editable=False)

    def save(self, *args: Any, **kwargs: Any) -> None:
        # Django's own normalising turns a missing address into "".
        self.email = self.email or None
        super().save(*args, **kwargs)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        if not self.session_epoch:
            return super()._get_session_auth_hash(secret=secret)  # type: ignore[misc, no-any-return]
        salt = f"accounts.session:{self.session_epoch}"
        return salted_hmac(salt, self.password, secret=secret, algorithm="sha256").hexdigest()
