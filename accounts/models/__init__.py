from accounts.models.api_key import ApiKey
from accounts.models.audit import AuditEntry
from accounts.models.audit_seal import AuditSeal
from accounts.models.device import Device
from accounts.models.invitation import Invitation
from accounts.models.knock import Knock
from accounts.models.letter import Letter
from accounts.models.login_failure import LoginFailure
from accounts.models.mode import Mode, WithinAccess, WorkspaceRow, WorkspaceRowQuerySet
from accounts.models.notification import Notification, NotificationKind
from accounts.models.second_factor import SecondFactor
from accounts.models.user import MailChoice, User
from accounts.models.workspace import Membership, Role, UnknownOutcome, Workspace

__all__ = [
    "ApiKey",
    "AuditEntry",
    "AuditSeal",
    "Device",
    "Invitation",
    "Knock",
    "Letter",
    "LoginFailure",
    "MailChoice",
    "Membership",
    "Mode",
    "Notification",
    "NotificationKind",
    "Role",
    "SecondFactor",
    "UnknownOutcome",
    "User",
    "WithinAccess",
    "Workspace",
    "WorkspaceRow",
    "WorkspaceRowQuerySet",
]
