"""People's accounts as those who run the server change them, with a reason, and never so that
a workspace is without an owner or the server without anybody who runs it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts import changes as changes_of
from accounts import members, presence, second_factor
from accounts.access import Access
from accounts.audit import record
from accounts.invitations import name_of
from accounts.models import Membership, Mode, Role, User, Workspace
from accounts.refused import Refused

DETAILS = ("first_name", "last_name", "email", "time_zone")
LAST_ONE = "Somebody must run this server. Make somebody else a superuser first."
# (what they are, may open the back desk, sees and does everything there)
RIGHTS = {
    "person": (False, False),
    "staff": (True, False),
    "superuser": (True, True),
}


@dataclass(frozen=True, kw_only=True)
class Operator:
    """Who does it at the back desk, whence and why."""

    user: User
    ip: str | None
    reason: str


class _Deed(Protocol):
    def __call__(self, row: User) -> tuple[Mapping[str, Any], Mapping[str, Any]]: ...


def make(*, username: str, password: str, email: str, by: Operator) -> User:
    """Make an account. Raises Refused for the field that is wrong; then nobody was made."""
    user = User(username=username.strip(), email=email.strip().lower() or None)
    _set_password(user, password)
    _check(user)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            _record(user, "person.make", by=by, before=None, after={"username": user.username})
    except IntegrityError as twice:  # somebody else was faster
        raise Refused("username", "This name or address is taken. Choose another.") from twice
    return user


def switch(user: User, *, active: bool, by: Operator) -> None:
    """Let somebody sign in, or not any more. Raises Refused for the last owner or superuser."""
    word = "switched on" if active else "switched off"

    def deed(row: User) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        if row.is_active == active:
            raise Refused("form", f"{name_of(row)} is {word} already. Nothing was changed.")
        if not active:
            _keep_owners(row)
            _keep_a_superuser(row)
        User.objects.filter(pk=row.pk).update(is_active=active)
        return {"active": not active}, {"active": active}

    _do(user, "person.switch_on" if active else "person.switch_off", by=by, deed=deed)


def set_rights(user: User, *, rights: str, by: Operator) -> None:
    """`rights` is one of RIGHTS. Raises Refused for the last superuser."""
    if rights not in RIGHTS:
        raise Refused("rights", f"Choose one of {', '.join(RIGHTS)}.")
    staff, superuser = RIGHTS[rights]

    def deed(row: User) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        former = rights_of(row)
        if former == rights:
            raise Refused("rights", f"{name_of(row)} has these rights. Nothing was changed.")
        if not superuser:
            _keep_a_superuser(row)
        User.objects.filter(pk=row.pk).update(is_staff=staff, is_superuser=superuser)
        return {"rights": former}, {"rights": rights}

    _do(user, "person.rights", by=by, deed=deed)


def change(user: User, *, changes: Mapping[str, str], by: Operator) -> None:
    """Change name, address or time zone, those of DETAILS that are given."""
    if set(changes) - set(DETAILS):
        raise ValueError("no detail of a person")

    def deed(row: User) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        former, new = changes_of.put(row, changes)
        _check(row)
        row.save(update_fields=list(new))
        return former, new

    _do(user, "person.change", by=by, deed=deed)


def new_password(user: User, *, password: str, by: Operator) -> None:
    """Set it and end all sessions. Raises Refused for a weak one."""

    def deed(row: User) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        _set_password(row, password)
        row.save(update_fields=["password"])
        presence.end_others(row, keep=None)
        return {}, {}

    _do(user, "person.password", by=by, deed=deed)


def take_second_factor(user: User, *, by: Operator) -> None:
    """For somebody who lost the telephone and the codes. Raises Refused where there is none."""

    def deed(row: User) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        if not second_factor.switch_off(row, by=None):
            raise Refused("form", f"{name_of(row)} has no second factor. Nothing was changed.")
        return {"second_factor": True}, {"second_factor": False}

    _do(user, "second_factor.reset", by=by, deed=deed)


def rights_of(user: User) -> str:
    if user.is_superuser:
        return "superuser"
    return "staff" if user.is_staff else "person"


def _do(user: User, action: str, *, by: Operator, deed: _Deed) -> None:
    with transaction.atomic():
        # Workspaces first, as everywhere where members change, so that nobody waits in a ring.
        ids = Membership.objects.filter(user=user).values("workspace_id")
        list(Workspace.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
        list(User.objects.select_for_update().filter(is_superuser=True).order_by("pk"))
        row = User.objects.select_for_update().get(pk=user.pk)
        before, after = deed(row)
        _record(row, action, by=by, before=before, after=after)


def _record(
    user: User,
    action: str,
    *,
    by: Operator,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any],
) -> None:
    """One entry in each of the person's workspaces; for a person of none, in all open ones."""
    own = Workspace.objects.filter(memberships__user=user)
    rooms = own if own.exists() else Workspace.objects.filter(closed_at=None)
    for workspace_id in rooms.order_by("pk").values_list("pk", flat=True):
        access = Access(
            workspace_id=workspace_id,
            mode=Mode.TEST,
            role=Role.OWNER,
            user_id=by.user.pk,
            ip=by.ip,
        )
        record(access, action, f"user:{user.pk}", by.reason, before=before, after=after)


def _keep_owners(user: User) -> None:
    places = Membership.objects.filter(user=user, workspace__closed_at=None)
    for place in places.select_related("workspace").order_by("pk"):
        try:
            members.keep_an_owner(place)
        except Refused as refused:
            words = f"{place.workspace.name} would be without an owner. {refused.words}"
            raise Refused("form", words) from refused


def _keep_a_superuser(user: User) -> None:
    others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=user.pk)
    if user.is_superuser and user.is_active and not others.exists():
        raise Refused("form", LAST_ONE)


def _set_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as weak:
        raise Refused("password", " ".join(weak.messages)) from weak
    user.set_password(password)


def _check(user: User) -> None:
    taken = User.objects.exclude(pk=user.pk)
    if taken.filter(username=user.username).exists():
        raise Refused("username", "This name is taken. Choose another.")
    if user.email and taken.filter(email__iexact=user.email).exists():
        raise Refused("email", "Somebody else has this address.")
    changes_of.check(user, exclude=["password"])
