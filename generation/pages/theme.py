"""The choice between light, dark and the system's own, kept in a cookie that the server reads."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.door import local

COOKIE = "theme"
THEMES = ("system", "light", "dark")
YEAR = 365 * 24 * 3600


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the choice and go back; the choice is no secret, so no sign-in is asked for."""
    wanted = request.POST.get("theme", "")
    if wanted not in THEMES:
        said = "theme must be system, light or dark."
        return HttpResponse(said, status=400, content_type="text/plain")
    response = redirect(local(request, request.POST.get("next", "")) or "/")
    if wanted == "system":
        response.delete_cookie(COOKIE, samesite="Lax")
    else:
        response.set_cookie(
            COOKIE,
            wanted,
            max_age=YEAR,
            samesite="Lax",
            httponly=True,
            secure=settings.HTTPS_ONLY,
        )
    return response
