from accounts.models.api_key import ApiKey
from accounts.models.audit import AuditEntry
from accounts.models.mode import Mode, WorkspaceRow
from accounts.models.user import User
from accounts.models.workspace import Membership, Role, Workspace

__all__ = [
    "ApiKey",
    "AuditEntry",
    "Membership",
    "Mode",
    "Role",
    "User",
    "Workspace",
    "WorkspaceRow",
]
