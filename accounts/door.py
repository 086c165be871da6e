"""Who comes in: signed in, in a workspace, allowed, and shown times of their own zone."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from accounts.access import access_of, require
from accounts.models import User

Page = Callable[..., HttpResponse]


def page(permission: str, *, methods: tuple[str, ...] = ("GET",)) -> Callable[[Page], Page]:
    """A view of `(request, access, ...)` behind sign-in and one permission.

    A HEAD goes where a GET goes. Somebody signed out is sent to sign in and back again.
    """

    def behind(view: Page) -> Page:
        allowed = [*methods, "HEAD"] if "GET" in methods else list(methods)

        @require_http_methods(allowed)
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not isinstance(request.user, User):
                return _sign_in_first(request)
            access = access_of(request)
            require(access, permission)
            with timezone.override(zone_of(request.user)):
                return view(request, access, *args, **kwargs)

        return guarded

    return behind


def zone_of(user: User) -> ZoneInfo:
    try:
        return ZoneInfo(user.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def is_partial(request: HttpRequest) -> bool:
    """Whether htmx asks for a piece, and not for the whole page out of its history."""
    htmx = getattr(request, "htmx", None)
    return htmx is not None and bool(htmx) and not htmx.history_restore_request


def local(request: HttpRequest, address: str) -> str:
    """The address of a page of ours that a form wants to go on to; nothing for any other."""
    safe = url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()})
    return address if safe and address.startswith("/") else ""


def person(request: HttpRequest) -> User:
    """The signed-in person behind a page."""
    assert isinstance(request.user, User)  # noqa: S101 - `page` lets nobody else in
    return request.user


def _sign_in_first(request: HttpRequest) -> HttpResponse:
    """A piece of a page cannot show the sign-in form, so the whole page goes there."""
    if not is_partial(request):
        return redirect_to_login(request.get_full_path())
    htmx = request.htmx  # type: ignore[attr-defined]
    here = htmx.current_url_abs_path or "/"
    return HttpResponseClientRedirect(redirect_to_login(here, resolve_url(settings.LOGIN_URL)).url)
