from accounts.models.api_key import ApiKey
from accounts.models.audit import AuditEntry
from accounts.models.login_failure import LoginFailure
from accounts.models.mode import Mode, WithinAccess, WorkspaceRow, WorkspaceRowQuerySet
from accounts.models.user import User
from accounts.models.workspace import Membership, Role, UnknownOutcome, Workspace

__all__ = [
    "ApiKey",
    "AuditEntry",
    "LoginFailure",
    "Membership",
    "Mode",
    "Role",
    "UnknownOutcome",
    "User",
    "WithinAccess",
    "Workspace",
    "WorkspaceRow",
    "WorkspaceRowQuerySet",
]
