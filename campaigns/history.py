"""Changes of clients, products and briefs in the audit trail, and who made the last one."""

from collections.abc import Mapping
from typing import Any

from accounts.access import Access
from accounts.audit import record
from accounts.models import AuditEntry


def note_change(
    access: Access,
    action: str,
    subject: str,
    *,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> bool:
    """Write what differs. False, and nothing written, where nothing does."""
    differing = [name for name in after if before.get(name) != after[name]]
    if not differing:
        return False
    record(
        access,
        action,
        subject,
        before={name: before.get(name) for name in differing},
        after={name: after[name] for name in differing},
    )
    return True


def last_change(access: Access, subject: str) -> AuditEntry | None:
    """The newest entry about one row, with its person and key at hand."""
    entries = AuditEntry.objects.within(access).filter(subject=subject)
    return entries.select_related("user", "api_key").order_by("-pk").first()


def who(entry: AuditEntry | None) -> str:
    """ "olga", "The API key Robot", "Somebody"."""
    if entry is not None and entry.user is not None:
        return entry.user.get_username()
    if entry is not None and entry.api_key is not None:
        return f"The API key {entry.api_key.name}"
    return "Somebody"
