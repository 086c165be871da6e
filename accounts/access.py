"""Who is asking, in which workspace and mode: the one value that every door hands on."""

from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from accounts.models import Membership, Mode, Role, User, Workspace
from accounts.permissions import PERMISSIONS

SESSION_WORKSPACE = "workspace_id"
SESSION_MODE = "mode"


# Set by signing in with a second factor, or by setting one up.
SESSION_FACTOR = "second_factor"


class Forbidden(PermissionDenied):
    """You may not do this. Both Django and DRF answer 403 to it."""


class SecondFactorNeeded(Forbidden):
    """This workspace wants a second factor, and this session has none."""


@dataclass(frozen=True, kw_only=True)
class Access:
    """A checked caller: a member at a page or in a session, or an API key.

    `role` is the member's role; an API key acts as CREATOR limited by its `scopes`
    (None: everything that the role may do). `ip` is where the request came from.
    """

    workspace_id: int
    mode: Mode
    role: Role
    user_id: int | None = None
    api_key_id: int | None = None
    scopes: frozenset[str] | None = None
    ip: str | None = None

    def may(self, permission: str) -> bool:
        """Whether the table in `accounts.permissions` allows it. An unknown name is denied."""
        row = PERMISSIONS.get(permission)
        if row is None:
            return False
        if self.scopes is not None:
            return row.scope is not None and row.scope in self.scopes
        return self.role in row.roles


def require(access: Access, permission: str) -> None:
    """Raise Forbidden, with words for the person who reads it, unless `access` may do it."""
    if access.may(permission):
        return
    row = PERMISSIONS.get(permission)
    if row is None:
        raise Forbidden(f"Nobody may do this: there is no permission named {permission!r}.")
    if access.scopes is None:
        raise Forbidden(f"Your role ({access.role.label}) may not {row.words}. Ask an owner.")
    if row.scope is None:
        raise Forbidden(f"An API key may not {row.words}. Sign in as a person.")
    raise Forbidden(f"This API key may not {row.words}: it lacks the scope {row.scope}.")


def access_of(request: HttpRequest) -> Access:
    """The signed-in person's access, in the workspace and mode that the session has chosen.

    Without a choice: the workspace joined first, and test mode. Raises Forbidden for somebody
    who is not signed in or belongs to no open workspace.
    """
    kept: Access | None = vars(request).get("access")
    if kept is None:
        kept = vars(request)["access"] = _read_access(request)
    return kept


def places_of(request: HttpRequest) -> list[Membership]:
    """The signed-in person's memberships of open workspaces, the one joined first in front."""
    if not isinstance(request.user, User):
        return []
    kept: list[Membership] | None = vars(request).get("places")
    if kept is None:
        rows = Membership.objects.filter(user=request.user, workspace__closed_at=None)
        kept = list(rows.select_related("workspace").order_by("created_at", "pk"))
        vars(request)["places"] = kept
    return kept


def workspace_of(request: HttpRequest) -> Workspace:
    """The workspace of the signed-in person's access. Raises Forbidden where that does."""
    chosen = access_of(request).workspace_id
    return next(row.workspace for row in places_of(request) if row.workspace_id == chosen)


def ip_of(request: HttpRequest) -> str | None:
    """The caller's address: what our own outermost proxy saw, or the connection's other end."""
    count = settings.TRUSTED_PROXIES
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    if count and len(hops) >= count and hops[-count]:
        return hops[-count]
    address: str = request.META.get("REMOTE_ADDR", "")
    return address or None


def _read_access(request: HttpRequest) -> Access:
    if not isinstance(request.user, User) or not request.user.is_active:
        raise Forbidden("Sign in first.")
    places = places_of(request)
    if not places:
        raise Forbidden("You belong to no workspace yet. Ask an owner to add you.")
    chosen = request.session.get(SESSION_WORKSPACE)
    place = next((row for row in places if row.workspace_id == chosen), places[0])
    if place.workspace.second_factor_required and not request.session.get(SESSION_FACTOR):
        name = place.workspace.name
        raise SecondFactorNeeded(f"{name} asks its members for a second factor. Set one up first.")
    mode = Mode.LIVE if request.session.get(SESSION_MODE) == Mode.LIVE else Mode.TEST
    return Access(
        workspace_id=place.workspace_id,
        mode=mode,
        role=Role(place.role),
        user_id=request.user.pk,
        ip=ip_of(request),
    )
