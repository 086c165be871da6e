"""The two switches of the top bar: which workspace, which mode."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.access import SESSION_MODE, SESSION_WORKSPACE, access_of, places_of
from accounts.door import local
from accounts.models import Mode


@require_POST
@login_required
def switch_mode(request: HttpRequest) -> HttpResponse:
    """Show test or live from now on. Unknown words are refused; nothing else changes."""
    wanted = request.POST.get("mode", "")
    if wanted not in Mode.values:
        return HttpResponse("mode must be test or live.", status=400, content_type="text/plain")
    access_of(request)
    request.session[SESSION_MODE] = wanted
    return _back(request)


@require_POST
@login_required
def switch_workspace(request: HttpRequest) -> HttpResponse:
    """Work in another workspace of one's own. A foreign one is as good as missing: 404."""
    wanted = request.POST.get("workspace", "")
    place = next((row for row in places_of(request) if row.workspace.slug == wanted), None)
    if place is None:
        return HttpResponse("There is no such workspace.", status=404, content_type="text/plain")
    enter(request, place.workspace_id)
    return _back(request)


def enter(request: HttpRequest, workspace_id: int) -> None:
    """A room is entered in test mode: live money is never spent by a switch."""
    request.session[SESSION_WORKSPACE] = workspace_id
    request.session[SESSION_MODE] = Mode.TEST.value


def _back(request: HttpRequest) -> HttpResponse:
    return redirect(local(request, request.POST.get("next", "")) or settings.LOGIN_REDIRECT_URL)
