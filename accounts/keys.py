"""API keys: made, checked and revoked here and nowhere else.

Only an HMAC of a key is stored. A 256-bit random secret needs no slow password hash; the pepper
keeps a stolen database from being used to check guesses.
"""

import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.dateformat import format as format_date

from accounts.access import Access
from accounts.audit import record
from accounts.key_text import KeyText, new_key_text, read_key_text
from accounts.models import ApiKey, Mode, Role, User, Workspace
from accounts.permissions import SCOPES

DEFAULT_LIFE = timedelta(days=90)
LONGEST_LIFE = timedelta(days=365)
USE_NOTED_EVERY = timedelta(minutes=1)
# What of a key is read on every request, and no more. By hand, as building it anew each time took
# longer than answering it.
_JUDGED = """
SELECT k.id, k.workspace_id, k.mode, k.secret_hash, k.pepper_id, k.revoked_at, k.revoked_reason,
    k.expires_at, k.scopes, k.last_used_at, w.name AS workspace_name, w.closed_at
FROM accounts_apikey k JOIN accounts_workspace w ON w.id = k.workspace_id
WHERE k.key_id = %s
"""
NEW_KEY = "Ask an owner of the workspace for a new key."


class Refusal(StrEnum):
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    REVOKED = "revoked"
    CLOSED = "workspace_closed"
    IN_ADDRESS = "in_address"


class KeyRefused(Exception):
    """This API key opens nothing. `reason` is the class, the text says what to do."""

    def __init__(self, reason: Refusal, words: str) -> None:
        super().__init__(words)
        self.reason = reason


def make_key(
    workspace: Workspace,
    *,
    mode: Mode,
    name: str,
    created_by: User | None,
    scopes: Iterable[str] = SCOPES,
    expires_in: timedelta = DEFAULT_LIFE,
    reason: str = "",
    ip: str | None = None,
) -> tuple[ApiKey, str]:
    """Make a key; the text is returned once and kept nowhere. `ip` is whence it was asked for.

    Raises ValueError for a scope that does not exist, none at all, or a life over a year.
    """
    wanted = set(scopes)
    if not wanted or wanted - set(SCOPES):
        raise ValueError(f"scopes must be some of {', '.join(SCOPES)}")
    if not timedelta(0) < expires_in <= LONGEST_LIFE:
        raise ValueError("expires_in must be more than nothing and at most 365 days")
    text = new_key_text(mode)
    pepper_id = max(settings.API_KEY_PEPPERS)
    with transaction.atomic():
        key = ApiKey.objects.create(
            workspace=workspace,
            mode=mode,
            key_id=text.key_id,
            secret_hash=_hash(text, pepper_id=pepper_id),
            pepper_id=pepper_id,
            prefix=text.prefix,
            last_four=text.plaintext[-4:],
            name=name,
            created_by=created_by,
            scopes=[scope for scope in SCOPES if scope in wanted],
            expires_at=timezone.now() + expires_in,
        )
        after = {"name": name, "scopes": key.scopes, "expires_at": key.expires_at.isoformat()}
        record(_maker(key, ip=ip), "api_key.make", f"api_key:{key.pk}", reason, after=after)
    return key, text.plaintext


def check_key(text: str, *, ip: str | None) -> Access:
    """The access that a key gives, or KeyRefused. Read anew on every request: no cache."""
    key = _proven(text)
    _refuse_if_over(key)
    _note_use(key, ip=ip)
    return Access(
        workspace_id=key.workspace_id,
        mode=Mode(key.mode),
        role=Role.CREATOR,
        api_key_id=key.pk,
        scopes=frozenset(key.scopes),
        ip=ip,
    )


def revoke(key: ApiKey, *, by: Access, reason: str = "") -> bool:
    """End a key at once. False when it was revoked already (the first date and reason stand)."""
    with transaction.atomic():
        won = ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(
            revoked_at=timezone.now(), revoked_reason=reason[:120]
        )
        if won:
            record(by, "api_key.revoke", f"api_key:{key.pk}", reason)
    return bool(won)


def revoke_leaked(text: str, *, ip: str | None) -> KeyRefused:
    """For a key that stood in an address, where logs and histories keep it.

    A whole, right key is revoked; anything else only looks like one. Either way it is refused.
    """
    words = "A key in an address is not accepted. Send it as 'Authorization: Bearer <key>'."
    try:
        key = _proven(text)
    except KeyRefused:
        return KeyRefused(Refusal.IN_ADDRESS, words)
    by = Access(
        workspace_id=key.workspace_id,
        mode=Mode(key.mode),
        role=Role.CREATOR,
        api_key_id=key.pk,
        ip=ip,
    )
    revoke(key, by=by, reason="it was sent in an address")
    return KeyRefused(Refusal.IN_ADDRESS, f"{words} This key has been revoked. {NEW_KEY}")


def _proven(text: str) -> ApiKey:
    """The row of a key whose secret is right, whatever its state; raises KeyRefused."""
    parts = read_key_text(text)
    if parts is None:
        raise KeyRefused(
            Refusal.UNKNOWN,
            "This is not a whole API key. It begins with aiv_test_ or aiv_live_; copy all of it.",
        )
    key = _row(parts.key_id)
    # A missing row costs one HMAC too, so that the answer's time tells nothing.
    pepper_id = key.pepper_id if key else max(settings.API_KEY_PEPPERS)
    right = hmac.compare_digest(_hash(parts, pepper_id=pepper_id), key.secret_hash if key else "")
    if key is None or not right:
        raise KeyRefused(Refusal.UNKNOWN, f"This API key is unknown. {NEW_KEY}")
    return key


def _row(key_id: str) -> ApiKey | None:
    for key in ApiKey.objects.raw(_JUDGED, [key_id]):
        told = vars(key)
        key.workspace = Workspace(
            pk=key.workspace_id, name=told["workspace_name"], closed_at=told["closed_at"]
        )
        return key
    return None


def _refuse_if_over(key: ApiKey) -> None:
    if key.revoked_at is not None:
        why = f": {key.revoked_reason}" if key.revoked_reason else ""
        words = f"This API key was revoked on {_day(key.revoked_at)}{why}. {NEW_KEY}"
        raise KeyRefused(Refusal.REVOKED, words)
    if key.expires_at <= timezone.now():
        words = f"This API key expired on {_day(key.expires_at)}. {NEW_KEY}"
        raise KeyRefused(Refusal.EXPIRED, words)
    if key.workspace.closed_at is not None:
        words = f"The workspace {key.workspace.name} was closed on {_day(key.workspace.closed_at)}."
        raise KeyRefused(Refusal.CLOSED, words)


def _note_use(key: ApiKey, *, ip: str | None) -> None:
    """Write when and whence a key was used, at most once a minute."""
    now = timezone.now()
    stale = now - USE_NOTED_EVERY
    if key.last_used_at is not None and key.last_used_at > stale:
        return
    fresh_elsewhere = Q(last_used_at__gt=stale)
    ApiKey.objects.filter(pk=key.pk).exclude(fresh_elsewhere).update(
        last_used_at=now, last_used_ip=ip
    )


def _hash(text: KeyText, *, pepper_id: int) -> str:
    pepper = settings.API_KEY_PEPPERS.get(pepper_id)
    if pepper is None:
        # The pepper was taken out of the settings: its keys open nothing any more.
        return "-"
    return hmac.new(pepper.encode(), text.body.encode("ascii"), "sha256").hexdigest()


def _maker(key: ApiKey, *, ip: str | None) -> Access:
    return Access(
        workspace_id=key.workspace_id,
        mode=Mode(key.mode),
        role=Role.OWNER,
        user_id=key.created_by_id,
        ip=ip,
    )


def _day(moment: datetime) -> str:
    return format_date(moment, "j F Y")
