"""Who is in a workspace: roles changed, people removed, and never without an owner."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.access import Access
from accounts.audit import record
from accounts.invitations import name_of
from accounts.models import Membership, Role, SecondFactor, User, Workspace
from accounts.refused import Refused

LAST_OWNER = "A workspace needs an owner. Make somebody else an owner first."


@dataclass(frozen=True, kw_only=True)
class Member:
    """One row of the members' page. `second_factor` says whether it is set up."""

    user_id: int
    name: str
    username: str
    email: str
    role: Role
    joined_at: datetime
    seen_at: datetime | None
    second_factor: bool
    active: bool


def of_workspace(access: Access) -> list[Member]:
    """Everybody, the one who joined first in front; one query."""
    on = SecondFactor.objects.filter(user=OuterRef("user_id"), confirmed_at__isnull=False)
    rows = Membership.objects.filter(workspace_id=access.workspace_id)
    found = rows.select_related("user").annotate(factor=Exists(on)).order_by("created_at", "pk")
    return [_member(row) for row in found]


def add(access: Access, user: User, *, role: str, reason: str = "") -> Membership:
    """Make somebody a member who has an account. Raises Refused for a member."""
    _check(role)
    with transaction.atomic():
        Workspace.objects.select_for_update().get(pk=access.workspace_id)
        place, fresh = Membership.objects.get_or_create(
            workspace_id=access.workspace_id, user=user, defaults={"role": role}
        )
        if not fresh:
            raise Refused("form", f"{name_of(user)} is a member already.")
        record(access, "member.add", f"user:{user.pk}", reason, after={"role": role})
    return place


def change_role(access: Access, place: Membership, *, role: str, reason: str = "") -> bool:
    """True when it changed. Raises Refused for an unknown role or the last owner."""
    _check(role)
    with transaction.atomic():
        row = _locked(place)
        if row.role == role:
            return False
        keep_an_owner(row)
        Membership.objects.filter(pk=row.pk).update(role=role)
        record(
            access,
            "member.role",
            f"user:{row.user_id}",
            reason,
            before={"role": row.role},
            after={"role": role},
        )
    return True


def remove(access: Access, place: Membership, *, reason: str = "") -> None:
    """End a membership; also one's own. Raises Refused for the last owner.

    What the person made stays, and so do the API keys, which belong to the workspace.
    """
    with transaction.atomic():
        row = _locked(place)
        keep_an_owner(row)
        Membership.objects.filter(pk=row.pk).delete()
        own = row.user_id == access.user_id
        action = "member.leave" if own else "member.remove"
        record(access, action, f"user:{row.user_id}", reason, before={"role": row.role})


def require_second_factor(access: Access, *, required: bool) -> None:
    """Whether members must have a second factor to work here."""
    with transaction.atomic():
        won = (
            Workspace.objects.filter(pk=access.workspace_id)
            .exclude(second_factor_required=required)
            .update(second_factor_required=required)
        )
        if won:
            after = {"second_factor_required": required}
            subject = f"workspace:{access.workspace_id}"
            record(access, "workspace.second_factor", subject, after=after)


def may_leave(access: Access) -> bool:
    """Whether somebody else is left who owns the workspace."""
    owners = Membership.objects.filter(
        workspace_id=access.workspace_id, role=Role.OWNER, user__is_active=True
    )
    return owners.exclude(user_id=access.user_id or 0).exists()


def _locked(place: Membership) -> Membership:
    """The row as it is now, while nobody else changes members of this workspace."""
    Workspace.objects.select_for_update().get(pk=place.workspace_id)
    found = Membership.objects.filter(pk=place.pk).first()
    if found is None:
        raise Refused("form", "This person is no longer a member.")
    return found


def keep_an_owner(place: Membership) -> None:
    """Raise Refused when this is the only owner who can sign in. Lock the workspace first."""
    if place.role != Role.OWNER:
        return
    others = Membership.objects.filter(
        workspace_id=place.workspace_id, role=Role.OWNER, user__is_active=True
    )
    if not others.exclude(pk=place.pk).exists():
        raise Refused("role", LAST_OWNER)


def _check(role: str) -> None:
    if role not in Role.values:
        raise Refused("role", f"Choose one of {', '.join(Role.values)}.")


def _member(row: Membership) -> Member:
    user = row.user
    return Member(
        user_id=user.pk,
        name=name_of(user),
        username=user.get_username(),
        email=user.email or "",
        role=Role(row.role),
        joined_at=row.created_at,
        seen_at=user.last_seen_at or user.last_login,
        second_factor=bool(row.factor),  # type: ignore[attr-defined]
        active=user.is_active,
    )
