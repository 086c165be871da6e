"""The profile page: oneself, one's mail, one's sessions."""

from dataclasses import asdict
from typing import Any
from zoneinfo import available_timezones

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from accounts import members, presence, profile, second_factor
from accounts.access import Access
from accounts.audit import record
from accounts.door import page, person
from accounts.models import MailChoice, NotificationKind, User
from accounts.profile import ProfileAsk
from accounts.refused import Refused

MOST_DEVICES = 10


@page("jobs:read")
def profile_page(request: HttpRequest, access: Access) -> HttpResponse:
    return _show(request, access)


@page("jobs:read", methods=("POST",))
def profile_change(request: HttpRequest, access: Access) -> HttpResponse:
    ask = ProfileAsk(
        first_name=request.POST.get("first_name", "")[:200],
        last_name=request.POST.get("last_name", "")[:200],
        time_zone=request.POST.get("time_zone", "")[:64],
        mail_choice=request.POST.get("mail_choice", ""),
        heard=request.POST.getlist("heard")[:20],
    )
    try:
        profile.change(person(request), ask)
    except Refused as refused:
        errors = {refused.field: refused.words}
        return _show(request, access, typed=asdict(ask), errors=errors, status=422)
    messages.success(request, "Saved.")
    return redirect("accounts:profile")


@page("jobs:read", methods=("POST",))
def address_change(request: HttpRequest, access: Access) -> HttpResponse:
    email = request.POST.get("email", "")[:255]
    try:
        address = profile.ask_for_address(person(request), email=email)
    except Refused as refused:
        errors = {refused.field: refused.words}
        return _show(request, access, email=email, errors=errors, status=422)
    messages.info(request, f"A link is on its way to {address}. Open it to use that address.")
    return redirect("accounts:profile")


@never_cache
@page("jobs:read")
def address_confirm(request: HttpRequest, access: Access, token: str) -> HttpResponse:
    """Opened from the mail by the person who asked."""
    address = profile.confirm_address(token, user=person(request), by=access)
    if address:
        messages.success(request, f"Your address is now {address}.")
    else:
        messages.error(request, "This link is no longer good. Ask for a new one here.")
    return redirect("accounts:profile")


@page("jobs:read", methods=("POST",))
def sessions_end(request: HttpRequest, access: Access) -> HttpResponse:
    """Sign out everywhere but here, also where the list shows nothing."""
    user, former = person(request), request.session.session_key
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["session_epoch"])
    update_session_auth_hash(request, user)
    presence.moved(request, former=former)
    presence.end_others(user, keep=request.session.session_key)
    record(access, "sessions.end", f"user:{user.pk}")
    messages.success(request, "Signed out everywhere else.")
    return redirect("accounts:profile")


def _show(request: HttpRequest, access: Access, *, status: int = 200, **more: Any) -> HttpResponse:
    user, current = person(request), request.session.session_key
    known = {
        "first_name": user.first_name,
        "last_name": user.last_name,
        "time_zone": user.time_zone,
        "mail_choice": user.mail_choice,
        "heard": [kind for kind in NotificationKind.values if kind not in user.muted],
    }
    context = {
        "typed": known,
        "email": "",
        "zones": sorted(zone for zone in available_timezones() if "/" in zone or zone == "UTC"),
        "mail_choices": MailChoice.choices,
        "kinds": NotificationKind.choices,
        "factor": second_factor.is_on(user),
        "devices": [
            (presence.browser_of(one), one, one.session_key == current)
            for one in presence.devices_of(user)[:MOST_DEVICES]
        ],
        "may_leave": members.may_leave(access),
        "errors": {},
        **more,
    }
    return render(request, "accounts/profile.html", context, status=status)
