"""The page that an invitation's link opens: join, or make an account and join."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import joining, pace, presence
from accounts.access import ip_of
from accounts.models import Invitation, Membership, User
from accounts.pages.switches import enter
from accounts.refused import Refused


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Whatever is wrong with a link, the answer is the same: it is no longer good."""
    found = joining.invitation_of(token)
    if found is None:
        return render(request, "accounts/invitation_over.html", status=404)
    if request.method != "POST":
        return _show(request, found)
    who = f"ip:{ip_of(request)}"
    if minutes := pace.minutes_to_wait(pace.ACCEPTING, who=who):
        words = f"Too many tries. {pace.wait_words(minutes)}"
        return _show(request, found, errors={"form": words}, status=429)
    pace.note(pace.ACCEPTING, who=who)
    try:
        _join(request, found)
    except Refused as refused:
        typed = {"username": request.POST.get("username", "")[:150]}
        errors = {refused.field: refused.words}
        return _show(request, found, typed=typed, errors=errors, status=422)
    enter(request, found.workspace_id)
    messages.success(request, f"Welcome to {found.workspace.name}.")
    return redirect(settings.LOGIN_REDIRECT_URL)


def _join(request: HttpRequest, found: Invitation) -> None:
    if isinstance(request.user, User):
        joining.join(found, user=request.user, ip=ip_of(request))
        return
    user = joining.join_as_new(
        found,
        username=request.POST.get("username", "")[:151],
        password=request.POST.get("password", "")[:1000],
        ip=ip_of(request),
    )
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    presence.begin(request, user)


def _show(
    request: HttpRequest, found: Invitation, *, status: int = 200, **more: Any
) -> HttpResponse:
    user = request.user
    context = {
        "invitation": found,
        "member": isinstance(user, User)
        and Membership.objects.filter(user=user, workspace=found.workspace).exists(),
        # Only who holds the link, and so the mailbox, is told.
        "known": not isinstance(user, User)
        and User.objects.filter(email__iexact=found.email).exists(),
        "typed": {},
        "errors": {},
        **more,
    }
    return render(request, "accounts/invitation.html", context, status=status)
