"""One's own second factor: set up with an app, recovery codes, switched off with the password.

These pages ask only who it is: a workspace that requires the factor lets nobody in before.
"""

from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import login_limit, pace, qr, second_factor, totp
from accounts.access import SESSION_FACTOR, Access, Forbidden, access_of, ip_of, places_of
from accounts.door import person
from accounts.models import SecondFactor, User
from accounts.refused import Refused


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor_page(request: HttpRequest) -> HttpResponse:
    """Shows how it stands; a POST confirms a fresh one with the app's first code."""
    user = person(request)
    on = SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).first()
    if on is not None:
        return _standing(request, on)
    if request.method != "POST":
        return _setting_up(request, user)
    try:
        codes = second_factor.confirm(
            user, code=request.POST.get("code", "")[:12], by=_trail(request)
        )
    except Refused as refused:
        status = 429 if refused.field == "wait" else 422
        return _setting_up(request, user, wrong=refused.words, status=status)
    request.session[SESSION_FACTOR] = True
    return _codes(request, codes)


@never_cache
@login_required
@require_POST
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Ten fresh codes in the place of the former ones, for the password."""
    user = person(request)
    if not second_factor.is_on(user):
        return redirect("accounts:second_factor")
    try:
        _prove(request, user)
    except Refused as refused:
        return _refused(request, user, refused)
    return _codes(request, second_factor.new_recovery_codes(user, by=_trail(request)))


@never_cache
@login_required
@require_POST
def switch_off(request: HttpRequest) -> HttpResponse:
    """With the password. Where a workspace requires it, it must be set up again."""
    user = person(request)
    try:
        _prove(request, user)
    except Refused as refused:
        return _refused(request, user, refused)
    second_factor.switch_off(user, by=_trail(request))
    request.session.pop(SESSION_FACTOR, None)
    messages.success(request, "The second factor is off. The password alone signs you in.")
    return redirect("accounts:second_factor")


def _prove(request: HttpRequest, user: User) -> None:
    """The password, behind the same limit on failures as at the sign-in page."""
    name, ip = user.get_username(), ip_of(request) or "0.0.0.0"  # noqa: S104
    if minutes := login_limit.minutes_to_wait(name, ip=ip):
        raise Refused("wait", f"Too many wrong passwords. {pace.wait_words(minutes)}")
    if not user.check_password(request.POST.get("password", "")[:1000]):
        login_limit.note_failure(name, ip=ip)
        raise Refused("password", "This is not your password.")
    login_limit.forget_failures(name, ip=ip)


def _trail(request: HttpRequest) -> Access | None:
    with suppress(Forbidden):
        return access_of(request)
    return None


def _refused(request: HttpRequest, user: User, refused: Refused) -> HttpResponse:
    on = SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).first()
    if on is None:
        return redirect("accounts:second_factor")
    status = 429 if refused.field == "wait" else 422
    return _standing(request, on, wrong=refused.words, status=status)


def _standing(
    request: HttpRequest, on: SecondFactor, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "since": on.confirmed_at,
        "left": len(on.recovery_hashes),
        "required_by": [
            row.workspace.name for row in places_of(request) if row.workspace.second_factor_required
        ],
        **more,
    }
    return render(request, "accounts/second_factor_on.html", context, status=status)


def _setting_up(
    request: HttpRequest, user: User, *, status: int = 200, **more: Any
) -> HttpResponse:
    secret = second_factor.begin(user)
    context = {
        "picture": qr.draw(totp.address(secret, name=user.get_username())),
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        **more,
    }
    return render(request, "accounts/second_factor.html", context, status=status)


def _codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    """Rendered at once: they are shown this one time."""
    pairs = [f"{code[:5]}-{code[5:]}" for code in codes]
    return render(request, "accounts/recovery_codes.html", {"codes": pairs})
