"""What every page's frame shows about the person: access, workspaces, mode."""

from typing import Any

from django.http import HttpRequest

from accounts.access import Forbidden, access_of, places_of, workspace_of
from accounts.models import Mode, User


def signed_in(request: HttpRequest) -> dict[str, Any]:
    """Template variables: `access` (Access or None), `workspace` (Workspace or None),
    `workspaces` (the person's own, a list) and `test_mode` (bool; True also for nobody).
    """
    nobody: dict[str, Any] = {
        "access": None,
        "workspace": None,
        "workspaces": [],
        "test_mode": True,
    }
    if not isinstance(getattr(request, "user", None), User):
        return nobody
    try:
        access = access_of(request)
    except Forbidden:
        return nobody
    return {
        "access": access,
        "workspace": workspace_of(request),
        "workspaces": [place.workspace for place in places_of(request)],
        "test_mode": access.mode == Mode.TEST,
    }
