"""The sign-in form: Django's own, in our words, behind the limit on failures."""

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError

from accounts.access import ip_of
from accounts.login_limit import forget_failures, minutes_to_wait, note_failure


class LoginForm(AuthenticationForm):
    error_messages = {
        "invalid_login": "That name and password do not match. Check both and try again.",
        "inactive": "This account has been switched off. Ask an owner of the workspace.",
    }

    minutes_to_wait = 0  # above 0: this try was refused unread, too many went before it

    def clean(self) -> dict[str, Any]:
        name = self.cleaned_data.get("username", "")
        ip = (ip_of(self.request) if self.request else None) or "0.0.0.0"  # noqa: S104
        # Asked before the password is looked at: a locked name must not be told right from wrong.
        if minutes := minutes_to_wait(name, ip=ip):
            self.minutes_to_wait = minutes
            unit = "minute" if minutes == 1 else "minutes"
            words = f"Too many wrong passwords. Wait {minutes} {unit}, then try again."
            raise ValidationError(words)
        try:
            cleaned = super().clean()
        except ValidationError:
            note_failure(name, ip=ip)
            raise
        if self.user_cache is not None:
            forget_failures(name, ip=ip)
        return cleaned
