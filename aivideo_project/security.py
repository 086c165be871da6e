"""What every answer carries, and what is refused before any view: the browser-side bar.

The Content-Security-Policy is strict everywhere and relaxed for the admin's own scripts only.
"""

from collections.abc import Callable

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, JsonResponse

ADMIN = {"script-src": ["'self'", "'unsafe-eval'"], "style-src": ["'self'", "'unsafe-inline'"]}

# No page uses any of these, so no script that slips in may either.
PERMISSIONS_POLICY = (
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
    "magnetometer=(), microphone=(), midi=(), payment=(), usb=()"
)


class PathPolicy(CSPMiddleware):
    def get_policy_parts(self, request, response, report_only=False):  # type: ignore[no-untyped-def]
        parts = super().get_policy_parts(request, response, report_only)
        if not report_only and request.path.startswith("/admin/"):
            parts.replace = {**ADMIN, **(parts.replace or {})}
        return parts


def edge(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: refuse the API over plain http where https is the rule, and name what pages
    may use of the device.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if settings.HTTPS_ONLY and request.path.startswith("/api/") and not request.is_secure():
            response: HttpResponseBase = _https_only()
        else:
            response = get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        return response

    return middleware


def _https_only() -> JsonResponse:
    detail = "Use https. This key has travelled in the clear: revoke it and make a new one."
    error = {"code": "https_only", "detail": detail, "attr": None}
    return JsonResponse({"type": "client_error", "errors": [error]}, status=403)
