"""The audit trail of what serves all workspaces: each of them finds the deed in its own."""

from collections.abc import Mapping
from typing import Any

from accounts.access import Access
from accounts.audit import record
from accounts.models import Mode, Role, User, Workspace


def record_for_all(
    action: str,
    subject: str,
    reason: str,
    *,
    mode: str,
    by: User,
    ip: str | None,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> None:
    """One entry in each open workspace. Call it in the transaction of the deed."""
    for workspace_id in Workspace.objects.filter(closed_at=None).values_list("pk", flat=True):
        access = Access(
            workspace_id=workspace_id, mode=Mode(mode), role=Role.OWNER, user_id=by.pk, ip=ip
        )
        record(access, action, subject, reason, before=before, after=after)
