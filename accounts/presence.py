"""Where people are signed in, when they were last seen, and who still owes a second factor."""

import time
from collections.abc import Callable

from django.contrib import messages
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect

from accounts.access import SecondFactorNeeded, ip_of
from accounts.door import is_partial
from accounts.models import Device, User

SESSION_SEEN = "seen"
NOTED_EVERY = 300.0  # seconds


class Presence:
    """Middleware. Notes at most every five minutes that somebody is there.

    Only sessions begun at the sign-in page carry the mark that it looks for, and a request that
    never looked at its session costs nothing here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.session.accessed:
            _note(request)
        return response

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        """Somebody without the factor that the workspace wants is led to set one up."""
        if not isinstance(fault, SecondFactorNeeded) or request.path.startswith("/api/"):
            return None
        if is_partial(request):
            return HttpResponseClientRedirect("/second-factor/")
        messages.warning(request, str(fault))
        return redirect("accounts:second_factor")


def begin(request: HttpRequest, user: User) -> Device:
    """Note a fresh sign-in; called after the session has its final key."""
    if request.session.session_key is None:
        request.session.save()
    moment = timezone.now()
    request.session[SESSION_SEEN] = time.time()
    User.objects.filter(pk=user.pk).update(last_seen_at=moment)
    return Device.objects.update_or_create(
        session_key=str(request.session.session_key),
        defaults={
            "user": user,
            "agent": request.headers.get("User-Agent", "")[:200],
            "ip": ip_of(request),
            "created_at": moment,
            "seen_at": moment,
        },
    )[0]


def moved(request: HttpRequest, *, former: str | None) -> None:
    """The session goes on under another key, as after a change of the password."""
    key = request.session.session_key
    if former and key and former != key:
        Device.objects.filter(session_key=former).update(session_key=key)


def devices_of(user: User) -> list[Device]:
    """Where the person is signed in now, seen last in front."""
    live = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    rows = Device.objects.filter(user=user, session_key__in=live)
    return list(rows.order_by("-seen_at", "-pk"))


def end_others(user: User, *, keep: str | None) -> int:
    """Forget the devices but the one of session `keep`. Returns how many.

    What ends the sessions themselves is a change of the password or of `session_epoch`.
    """
    rows = Device.objects.filter(user=user).exclude(session_key=keep or "")
    keys = list(rows.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    return rows.delete()[0]


def browser_of(device: Device) -> str:
    """A browser and a system as people name them, from what the browser says of itself."""
    said = device.agent
    browsers = (
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    )
    systems = (
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    )
    browser = next((name for mark, name in browsers if mark in said), "A browser")
    system = next((name for mark, name in systems if mark in said), "")
    return f"{browser} on {system}" if system else browser


def _note(request: HttpRequest) -> None:
    seen = request.session.get(SESSION_SEEN)
    if seen is None or time.time() - float(seen) < NOTED_EVERY:
        return
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return
    request.session[SESSION_SEEN] = time.time()
    moment = timezone.now()
    Device.objects.filter(session_key=request.session.session_key).update(
        seen_at=moment, ip=ip_of(request)
    )
    User.objects.filter(pk=user.pk).update(last_seen_at=moment)
