"""The Content-Security-Policy: strict everywhere, relaxed for the admin's own scripts only."""

from csp.middleware import CSPMiddleware

ADMIN = {"script-src": ["'self'", "'unsafe-eval'"], "style-src": ["'self'", "'unsafe-inline'"]}


class PathPolicy(CSPMiddleware):
    def get_policy_parts(self, request, response, report_only=False):  # type: ignore[no-untyped-def]
        parts = super().get_policy_parts(request, response, report_only)
        if not report_only and request.path.startswith("/admin/"):
            parts.replace = {**ADMIN, **(parts.replace or {})}
        return parts
