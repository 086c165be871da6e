"""Signing in and out, the password, and the two switches: which workspace, which mode."""

from contextlib import suppress
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts.access import (
    SESSION_MODE,
    SESSION_WORKSPACE,
    Forbidden,
    access_of,
    places_of,
)
from accounts.audit import record
from accounts.login_form import LoginForm
from accounts.models import Mode


class SignIn(LoginView):
    template_name = "accounts/login.html"
    authentication_form = LoginForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # With a `next` the form is shown even to somebody signed in: the page they came from
        # wants another account, and sending them back would go round in a circle.
        if (
            request.method == "GET"
            and request.user.is_authenticated
            and not self.get_redirect_url()
        ):
            return redirect(settings.LOGIN_REDIRECT_URL)
        return super().dispatch(request, *args, **kwargs)

    def form_invalid(self, form: LoginForm) -> HttpResponse:  # type: ignore[override]
        response = super().form_invalid(form)
        if form.minutes_to_wait:
            response.status_code = 429
            response["Retry-After"] = str(form.minutes_to_wait * 60)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, demo_file=_demo_file())


class SignOut(LogoutView):
    """POST only: a link must not be able to sign anybody out."""


class ChangePassword(PasswordChangeView):
    template_name = "accounts/password.html"
    success_url = reverse_lazy("accounts:password")

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        # A person without a workspace leaves no trail in one.
        with suppress(Forbidden):
            record(access_of(self.request), "password.change", f"user:{form.user.pk}")
        messages.success(self.request, "Password changed. Other devices have been signed out.")
        return response


@require_POST
@login_required
def switch_mode(request: HttpRequest) -> HttpResponse:
    """Show test or live from now on. Unknown words are refused; nothing else changes."""
    wanted = request.POST.get("mode", "")
    if wanted not in Mode.values:
        return HttpResponse("mode must be test or live.", status=400, content_type="text/plain")
    access_of(request)
    request.session[SESSION_MODE] = wanted
    return _back(request)


@require_POST
@login_required
def switch_workspace(request: HttpRequest) -> HttpResponse:
    """Work in another workspace of one's own. A foreign one is as good as missing: 404."""
    wanted = request.POST.get("workspace", "")
    place = next((row for row in places_of(request) if row.workspace.slug == wanted), None)
    if place is None:
        return HttpResponse("There is no such workspace.", status=404, content_type="text/plain")
    request.session[SESSION_WORKSPACE] = place.workspace_id
    # A new room is entered in test mode: live money is never spent by a switch.
    request.session[SESSION_MODE] = Mode.TEST.value
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect(target if safe else settings.LOGIN_REDIRECT_URL)


def _demo_file() -> str | None:
    """Where a first run left the demo's name and password; never said on a public server."""
    path = settings.DATA_DIR / "demo.env"
    if settings.HTTPS_ONLY or not path.is_file():
        return None
    return f"{path.parent.name}/{path.name}"
