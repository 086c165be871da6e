"""The audit trail's one writer."""

from collections.abc import Mapping
from typing import Any

from accounts.access import Access
from accounts.models import AuditEntry


def record(
    access: Access,
    action: str,
    subject: str,
    reason: str = "",
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Write who did what. Call it in the transaction of the deed, so that both stand or fall.

    `action` is a dotted verb such as "api_key.revoke", `subject` names one row such as
    "api_key:17". `before` and `after` are JSON values and must hold no secret.
    """
    return AuditEntry.objects.create(
        workspace_id=access.workspace_id,
        mode=access.mode,
        user_id=access.user_id,
        api_key_id=access.api_key_id,
        ip=access.ip,
        action=action,
        subject=subject,
        reason=reason,
        before=None if before is None else dict(before),
        after=None if after is None else dict(after),
    )
