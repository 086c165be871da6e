"""Failed sign-ins, kept just long enough to slow a guesser down."""

from django.db import models


class LoginFailure(models.Model):
    """One wrong password, by the name that was typed (lower case) and the address it came from."""

    username = models.CharField(max_length=150)
    ip = models.GenericIPAddressField()
    at = models.DateTimeField()

    class Meta:
        indexes = [
            # How often did this name fail from this address lately?
            models.Index(fields=["username", "ip", "at"], name="login_failure_lately"),
        ]
