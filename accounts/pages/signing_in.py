"""Signing in and out, with a second step where one is set up, and the password."""

import time
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import presence, second_factor
from accounts.access import SESSION_FACTOR, Forbidden, access_of
from accounts.audit import record
from accounts.login_form import LoginForm
from accounts.models import User
from accounts.refused import Refused

SESSION_HALF = "half_signed_in"
HALF_SECONDS = 600


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

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Who has a second factor is not signed in yet, only remembered for ten minutes."""
        user = form.get_user()
        assert isinstance(user, User)  # noqa: S101 - the one model of people
        if second_factor.is_on(user):
            _remember(self.request, user, onward=self.get_success_url())
            return redirect("accounts:code")
        login(self.request, user)
        presence.begin(self.request, user)
        return HttpResponseRedirect(self.get_success_url())

    def form_invalid(self, form: LoginForm) -> HttpResponse:  # type: ignore[override]
        response = super().form_invalid(form)
        if form.minutes_to_wait:
            response.status_code = 429
            response["Retry-After"] = str(form.minutes_to_wait * 60)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, demo_file=_demo_file())


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The second step: a code of the app, or a recovery code."""
    half = request.session.get(SESSION_HALF) or {}
    user = _half_signed_in(half)
    if user is None:
        request.session.pop(SESSION_HALF, None)
        return redirect(settings.LOGIN_URL)
    if request.method != "POST":
        return render(request, "accounts/code.html")
    try:
        second_factor.check(user, code=request.POST.get("code", "")[:40])
    except Refused as refused:
        status = 429 if refused.field == "wait" else 200
        return render(request, "accounts/code.html", {"wrong": refused.words}, status=status)
    request.session.pop(SESSION_HALF)
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session[SESSION_FACTOR] = True
    presence.begin(request, user)
    return redirect(str(half["onward"]))


class SignOut(LogoutView):
    """POST only: a link must not be able to sign anybody out."""


class ChangePassword(PasswordChangeView):
    template_name = "accounts/password.html"
    success_url = reverse_lazy("accounts:password")

    def form_valid(self, form: Any) -> HttpResponse:
        former = self.request.session.session_key
        response = super().form_valid(form)
        presence.moved(self.request, former=former)
        # A person without a workspace leaves no trail in one.
        with suppress(Forbidden):
            record(access_of(self.request), "password.change", f"user:{form.user.pk}")
        presence.end_others(form.user, keep=self.request.session.session_key)
        messages.success(self.request, "Password changed. Other devices have been signed out.")
        return response


def _remember(request: HttpRequest, user: User, *, onward: str) -> None:
    request.session.cycle_key()
    request.session[SESSION_HALF] = {
        "user": user.pk,
        # A password that changes in between ends the half sign-in.
        "hash": user.get_session_auth_hash(),
        "at": time.time(),
        "onward": onward,
    }


def _half_signed_in(half: dict[str, Any]) -> User | None:
    if not half or time.time() - float(half["at"]) > HALF_SECONDS:
        return None
    user = User.objects.filter(pk=half["user"], is_active=True).first()
    return user if user and user.get_session_auth_hash() == half["hash"] else None


def _demo_file() -> str | None:
    """Where a first run left the demo's name and password; never said on a public server."""
    path = settings.DATA_DIR / "demo.env"
    if settings.HTTPS_ONLY or not path.is_file():
        return None
    return f"{path.parent.name}/{path.name}"
