"""Who is asking, in which workspace and mode: the one value that every door hands on."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied

from accounts.models import Mode, Role
from accounts.permissions import PERMISSIONS


class Forbidden(PermissionDenied):
    """You may not do this. Both Django and DRF answer 403 to it."""


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
