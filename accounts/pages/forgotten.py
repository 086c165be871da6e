"""A new password by mail. Every asker gets the same answer, whoever has an account."""

from typing import Any

from django.contrib.auth.views import PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse_lazy
from django.views.decorators.http import require_http_methods

from accounts import letters, pace, presence
from accounts.access import ip_of
from accounts.models import User


@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return render(request, "accounts/forgotten.html")
    email = request.POST.get("email", "").strip()[:254]
    here = f"ip:{ip_of(request)}"
    if minutes := pace.minutes_to_wait(pace.FORGOTTEN_HERE, who=here):
        words = f"Asked too often. {pace.wait_words(minutes)}"
        answer = render(request, "accounts/forgotten.html", {"wrong": words}, status=429)
        answer["Retry-After"] = str(minutes * 60)
        return answer
    pace.note(pace.FORGOTTEN_HERE, who=here)
    # Too often for one address is answered like the rest, or it would tell who is asked for.
    if not pace.minutes_to_wait(pace.FORGOTTEN, who=email):
        pace.note(pace.FORGOTTEN, who=email)
        _post(email)
    return render(request, "accounts/forgotten.html", {"asked": email})


class NewPassword(PasswordResetConfirmView):
    """Opened by the mail's link; it is good once, for an hour."""

    template_name = "accounts/new_password.html"
    success_url = reverse_lazy("accounts:login")

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        presence.end_others(form.user, keep=None)
        return response


def _post(email: str) -> None:
    user = User.objects.filter(email__iexact=email, is_active=True).first() if email else None
    if user is None or not user.email:
        return
    letters.post(
        to=user.email,
        subject="A new password for Dailies",
        body=(
            f"Somebody asked for a new password for {user.get_username()}.\n\n"
            f"Choose one here, within an hour:\n\n{letters.LINK}\n\n"
            "If it was not you, do nothing: the password stays as it is.\n"
        ),
        link_for=f"password:{user.pk}",
    )
