"""Who is asking, in which workspace and mode: the one value that every door hands on."""

from dataclasses import dataclass

from accounts.models import Mode, Role


@dataclass(frozen=True, kw_only=True)
class Access:
    """A checked caller: a member at a page or in a session, or an API key.

    `role` is the member's role; an API key acts as CREATOR limited by its `scopes`
    (None: everything that the role may do).
    """

    workspace_id: int
    mode: Mode
    role: Role
    user_id: int | None = None
    api_key_id: int | None = None
    scopes: frozenset[str] | None = None
