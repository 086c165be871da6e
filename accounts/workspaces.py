"""Workspaces made, their rules changed, closed and opened again: always with a reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import available_timezones

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import changes as changes_of
from accounts.access import Access
from accounts.audit import record
from accounts.models import Membership, Mode, Role, UnknownOutcome, User, Workspace
from accounts.refused import Refused

RULES = (
    "name",
    "time_zone",
    "unknown_outcome",
    "moderation_fallback",
    "second_factor_required",
)


@dataclass(frozen=True, kw_only=True)
class WorkspaceAsk:
    """`owner` is the first one, so that the workspace never lacks one."""

    name: str
    slug: str
    time_zone: str
    owner: User
    reason: str


def create(ask: WorkspaceAsk, *, by: User, ip: str | None) -> Workspace:
    """Raises Refused for the field that is wrong; then nothing is made."""
    if not ask.owner.is_active:
        raise Refused("owner", "The owner must be able to sign in. Choose somebody else.")
    made = Workspace(name=" ".join(ask.name.split()), slug=ask.slug, time_zone=ask.time_zone)
    _check(made)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
            Membership.objects.create(workspace=made, user=ask.owner, role=Role.OWNER)
            access = _access(made, by=by, ip=ip)
            after = {"name": made.name, "slug": made.slug, "owner": f"user:{ask.owner.pk}"}
            record(access, "workspace.make", _subject(made), ask.reason, after=after)
    except IntegrityError as twice:  # somebody else was faster
        raise Refused("slug", "This short name is taken. Choose another.") from twice
    return made


def change(access: Access, *, changes: Mapping[str, Any], reason: str) -> Workspace:
    """Change its rules, those of RULES that are given. Raises Refused if nothing would change."""
    unknown = set(changes) - set(RULES)
    if unknown:
        raise ValueError(f"no rule of a workspace: {', '.join(sorted(unknown))}")
    with transaction.atomic():
        row = Workspace.objects.select_for_update().get(pk=access.workspace_id)
        former, new = changes_of.put(row, changes)
        _check(row)
        row.save(update_fields=list(new))
        record(access, "workspace.change", _subject(row), reason, before=former, after=new)
    return row


def close(access: Access, *, reason: str) -> None:
    """Nobody works in it and no key of it opens anything. Its rows stay."""
    _turn(access, to_closed=True, reason=reason)


def reopen(access: Access, *, reason: str) -> None:
    _turn(access, to_closed=False, reason=reason)


def _turn(access: Access, *, to_closed: bool, reason: str) -> None:
    at = timezone.now() if to_closed else None
    with transaction.atomic():
        rows = Workspace.objects.filter(pk=access.workspace_id, closed_at__isnull=to_closed)
        if not rows.update(closed_at=at):
            state = "closed" if to_closed else "open"
            raise Refused("form", f"It is {state} already. Nothing was changed.")
        action = "workspace.close" if to_closed else "workspace.reopen"
        record(
            access,
            action,
            f"workspace:{access.workspace_id}",
            reason,
            before={"closed": not to_closed},
            after={"closed": to_closed},
        )


def _check(row: Workspace) -> None:
    if not row.name.strip():
        raise Refused("name", "Give it a name.")
    if row.time_zone not in available_timezones():
        raise Refused("time_zone", "Write a time zone as in Europe/Prague.")
    if row.unknown_outcome not in UnknownOutcome.values:
        raise Refused("unknown_outcome", f"Choose one of {', '.join(UnknownOutcome.values)}.")
    changes_of.check(row)


def _access(row: Workspace, *, by: User, ip: str | None) -> Access:
    return Access(workspace_id=row.pk, mode=Mode.TEST, role=Role.OWNER, user_id=by.pk, ip=ip)


def _subject(row: Workspace) -> str:
    return f"workspace:{row.pk}"
