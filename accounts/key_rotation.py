"""A new key in the place of one that goes on for a while, so that nothing stands still."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.access import Access
from accounts.audit import record
from accounts.keys import LONGEST_LIFE, make_key
from accounts.models import ApiKey, Mode, User
from accounts.refused import Refused

LONGEST_OVERLAP = timedelta(days=7)


def rotate(key: ApiKey, *, by: Access, person: User, overlap: timedelta) -> tuple[ApiKey, str]:
    """Make a key with the same name, scopes and length of life; its text is returned once.

    The former one opens doors for `overlap` longer, but never longer than it would have anyhow.
    Raises Refused for a key that is over, or for an overlap of more than a week.
    """
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        raise Refused("overlap", "The former key can go on for 7 days at most.")
    now = timezone.now()
    with transaction.atomic():
        row = ApiKey.objects.select_for_update().select_related("workspace").get(pk=key.pk)
        if row.revoked_at is not None or row.expires_at <= now:
            raise Refused("form", "This key is over. Make a new one instead.")
        fresh, text = make_key(
            row.workspace,
            mode=Mode(row.mode),
            name=row.name,
            created_by=person,
            scopes=row.scopes,
            expires_in=min(row.expires_at - row.created_at, LONGEST_LIFE),
        )
        ends = min(row.expires_at, now + overlap)
        ApiKey.objects.filter(pk=row.pk).update(expires_at=ends)
        record(
            by,
            "api_key.rotate",
            f"api_key:{row.pk}",
            before={"expires_at": row.expires_at.isoformat()},
            after={"expires_at": ends.isoformat(), "followed_by": f"api_key:{fresh.pk}"},
        )
    return fresh, text
