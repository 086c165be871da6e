"""Who may do what: one row a permission, denied by default.

A permission is named like the scope that grants it to an API key. A row without a scope is never
open to a key: a key can make no key, no member, no budget and no decision about money.
"""

from dataclasses import dataclass

from accounts.models.workspace import Role


@dataclass(frozen=True, kw_only=True)
class Permission:
    roles: frozenset[Role]
    scope: str | None
    words: str  # completes "Your role may not …"


_ALL = frozenset(Role)
_CREATORS = frozenset({Role.OWNER, Role.MANAGER, Role.CREATOR})
_MANAGERS = frozenset({Role.OWNER, Role.MANAGER})
_OWNERS = frozenset({Role.OWNER})


def _row(roles: frozenset[Role], words: str, *, scope: str | None = None) -> Permission:
    return Permission(roles=roles, scope=scope, words=words)


PERMISSIONS: dict[str, Permission] = {
    "jobs:read": _row(_ALL, "see jobs", scope="jobs:read"),
    "jobs:write": _row(_CREATORS, "generate footage", scope="jobs:write"),
    "jobs:cancel": _row(_CREATORS, "cancel jobs", scope="jobs:cancel"),
    "queue:arrange": _row(_CREATORS, "arrange jobs in the queue", scope="jobs:write"),
    "queue:manage": _row(_MANAGERS, "arrange other people’s jobs or pause the queue"),
    "jobs:decide": _row(_MANAGERS, "decide what happens after an unknown outcome"),
    "media:read": _row(_ALL, "see footage", scope="media:read"),
    "budgets:read": _row(_ALL, "see budgets", scope="budgets:read"),
    "budgets:write": _row(_OWNERS, "change budgets"),
    "costs:read": _row(_ALL, "see costs", scope="costs:read"),
    "costs:adjust": _row(_MANAGERS, "adjust the ledger"),
    "rates:write": _row(_OWNERS, "set what a client pays"),
    "statements:issue": _row(_MANAGERS, "issue statements"),
    "prices:write": _row(_OWNERS, "change the price book"),
    "webhooks:read": _row(_ALL, "see webhook endpoints", scope="webhooks:write"),
    "webhooks:write": _row(_MANAGERS, "change webhook endpoints", scope="webhooks:write"),
    "campaigns:read": _row(_ALL, "see campaigns", scope="campaigns:read"),
    "campaigns:write": _row(_CREATORS, "change campaigns", scope="campaigns:write"),
    "reviews:decide": _row(_MANAGERS, "approve footage"),
    "keys:read": _row(_OWNERS, "see API keys"),
    "keys:write": _row(_OWNERS, "make or revoke API keys"),
    "members:write": _row(_OWNERS, "change members"),
    "workspace:write": _row(_OWNERS, "change the workspace's settings"),
    "audit:read": _row(_MANAGERS, "see the audit trail"),
}

SCOPES: tuple[str, ...] = (
    "jobs:read",
    "jobs:write",
    "jobs:cancel",
    "media:read",
    "budgets:read",
    "costs:read",
    "webhooks:write",
    "campaigns:read",
    "campaigns:write",
)
