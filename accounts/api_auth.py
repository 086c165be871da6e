"""How a call of the API proves who it is, and whether it may do what it asks.

No key or a wrong one: 401 with WWW-Authenticate. A right one without the permission: 403.
"""

from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.access import Access, Forbidden, access_of, ip_of, require
from accounts.key_text import KEY_PATTERN
from accounts.keys import KeyRefused, check_key, revoke_leaked
from accounts.models import User

if TYPE_CHECKING:  # rest_framework.views imports this file through the settings
    from rest_framework.views import APIView

# Asked of everybody by browsers and generators of documentation, and giving nothing away.
OPEN_METHODS = frozenset({"OPTIONS"})


class BearerKey(BaseAuthentication):
    """`Authorization: Bearer aiv_…`; request.auth is an Access, request.user nobody."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, Access] | None:
        ip = ip_of(request._request)
        if leaked := KEY_PATTERN.search(request.META.get("QUERY_STRING", "")):
            raise AuthenticationFailed(str(revoke_leaked(leaked[0], ip=ip)))
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        try:
            return AnonymousUser(), check_key(text.strip(), ip=ip)
        except KeyRefused as refused:
            raise AuthenticationFailed(str(refused)) from refused

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="aivideo"'


class BrowserSession(SessionAuthentication):
    """The pages' own session, with CSRF; request.auth is an Access."""

    def authenticate(self, request: Request) -> tuple[User, Access] | None:
        found = super().authenticate(request)
        if found is None:
            return None
        try:
            return found[0], access_of(request._request)
        except Forbidden as refused:
            raise PermissionDenied(str(refused)) from refused


class Allowed(BasePermission):
    """Reads `view.permissions_needed`: an action or method name to a permission's name.

    What is not named there is refused, so that a new method begins closed.
    """

    def has_permission(self, request: Request, view: "APIView") -> bool:
        if request.method in OPEN_METHODS:
            return True
        if not isinstance(request.auth, Access):
            return False  # DRF answers 401, as no authenticator knew the caller
        permission = permission_needed(request, view)
        if permission is None:
            raise PermissionDenied("This method is open to nobody.")
        try:
            require(request.auth, permission)
        except Forbidden as refused:
            raise PermissionDenied(str(refused)) from refused
        return True


def permission_needed(request: Request, view: "APIView") -> str | None:
    """The permission's name for this call, by action first, then by method; HEAD reads as GET."""
    needed: dict[str, str] = getattr(view, "permissions_needed", {})
    method = "GET" if request.method == "HEAD" else str(request.method)
    names: list[Any] = [getattr(view, "action", None), method, method.lower()]
    return next((needed[name] for name in names if name in needed), None)
