"""Saying in time that an API key is about to end: 14, 7 and 1 days before."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import notifications
from accounts.models import ApiKey, NotificationKind, Role

BEFORE = (1, 7, 14)  # days


def warn_due(most: int = 100) -> int:
    """Warn of every key that has come to a line. Returns how many keys."""
    now = timezone.now()
    lines = Q()
    for days in BEFORE:
        near = Q(expires_at__lte=now + timedelta(days=days))
        lines |= near & (Q(warned_days=None) | Q(warned_days__gt=days))
    open_ones = ApiKey.objects.filter(revoked_at=None, expires_at__gt=now)
    due = open_ones.filter(lines, workspace__closed_at=None)
    return sum(_warn(key) for key in due.order_by("expires_at")[:most])


def _warn(key: ApiKey) -> bool:
    left = key.expires_at - timezone.now()
    line = next(days for days in BEFORE if left <= timedelta(days=days))
    if _just_rotated(key):
        ApiKey.objects.filter(pk=key.pk).update(warned_days=line)
        return False
    with transaction.atomic():
        same = ApiKey.objects.filter(pk=key.pk, warned_days=key.warned_days)
        if not same.update(warned_days=line):
            return False
        owners = notifications.people_of(key.workspace_id, roles=[Role.OWNER])
        days = "within a day" if line == 1 else f"in {max(1, round(left / timedelta(days=1)))} days"
        notifications.write(
            owners,
            workspace_id=key.workspace_id,
            mode=key.mode,
            kind=NotificationKind.KEY_EXPIRING,
            words=f"The API key “{key.name}” (…{key.last_four}) expires {days}.",
            link="/keys/",
        )
    return True


def _just_rotated(key: ApiKey) -> bool:
    """Whether a newer key of the same name stands in its place already."""
    newer = ApiKey.objects.filter(
        workspace_id=key.workspace_id,
        mode=key.mode,
        name=key.name,
        revoked_at=None,
        pk__gt=key.pk,
        expires_at__gt=key.expires_at,
    )
    return newer.exists()
