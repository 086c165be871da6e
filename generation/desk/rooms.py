"""Whose rows a person of the back desk sees, and as whom they act there.

A superuser sees every workspace. Other staff see those in which they are owner or manager, and
act there with that role. Rows of no workspace (catalogue, provider accounts) are open to all who
see anything.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.access import Access, Forbidden, ip_of, places_of
from accounts.models import Mode, Role, User, Workspace
from accounts.permissions import PERMISSIONS

SEES = PERMISSIONS["audit:read"].roles


def rooms_of(request: HttpRequest) -> frozenset[int] | None:
    """The ids of the workspaces that this person sees at the back desk; None for all of them."""
    user = request.user
    if not isinstance(user, User) or not (user.is_active and user.is_staff):
        return frozenset()
    if user.is_superuser:
        return None
    return frozenset(place.workspace_id for place in places_of(request) if place.role in SEES)


def may_enter(request: HttpRequest) -> bool:
    """Whether there is anything at the back desk that this person may see."""
    rooms = rooms_of(request)
    return rooms is None or bool(rooms)


def within(
    request: HttpRequest, rows: QuerySet[Any, Any], *, path: str = "workspace"
) -> QuerySet[Any, Any]:
    """The rows of this person's workspaces; `path` leads from a row to its workspace."""
    rooms = rooms_of(request)
    return rows if rooms is None else rows.filter(**{f"{path}__in": rooms})


def access_to(request: HttpRequest, *, workspace_id: int, mode: str) -> Access:
    """This person in the workspace of a row. Raises Forbidden for a workspace not theirs."""
    user = request.user
    if not isinstance(user, User):
        raise Forbidden("Sign in first.")
    role = Role.OWNER if user.is_superuser else _role(request, workspace_id)
    return Access(
        workspace_id=workspace_id, mode=Mode(mode), role=role, user_id=user.pk, ip=ip_of(request)
    )


def _role(request: HttpRequest, workspace_id: int) -> Role:
    for place in places_of(request):
        if place.workspace_id == workspace_id:
            return Role(place.role)
    raise Forbidden("You do not belong to this workspace.")


class WorkspaceWords(admin.SimpleListFilter):
    """A filter that names a person's own workspaces and no others."""

    title, parameter_name = "workspace", "workspace__id__exact"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, str]]:
        rows = within(request, Workspace.objects.order_by("name"), path="pk")
        return [(str(pk), name) for pk, name in rows.values_list("pk", "name")[:50]]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.value() or ""
        return queryset.filter(workspace=int(chosen)) if chosen.isdecimal() else queryset
