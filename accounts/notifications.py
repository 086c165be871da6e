"""Telling people: a row for each in the transaction of the deed, and mail as each has chosen."""

from collections.abc import Iterable

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from accounts import letters
from accounts.access import Access
from accounts.models import MailChoice, Membership, Mode, Notification, Role, User

SHOWN_UNREAD = 99


def write(
    user_ids: Iterable[int | None],
    *,
    workspace_id: int,
    kind: str,
    words: str,
    link: str,
    mode: str = "",
    mail: bool = True,
) -> int:
    """One row for each person who wants this kind. Returns how many.

    `link` is a path of ours. With `mail=False` no mail is written: another one says it already.
    """
    wanted = {pk for pk in user_ids if pk is not None}
    if not wanted:
        return 0
    people = [
        user
        for user in User.objects.filter(pk__in=wanted, is_active=True)
        if kind not in user.muted
    ]
    now = timezone.now()
    Notification.objects.bulk_create(
        Notification(
            workspace_id=workspace_id,
            mode=mode,
            user=user,
            kind=kind,
            words=words[:300],
            link=link[:200],
            created_at=now,
            digest=mail and bool(user.email) and user.mail_choice == MailChoice.DAILY,
        )
        for user in people
    )
    for user in people:
        if mail and user.email and user.mail_choice == MailChoice.NOW:
            letters.post(to=user.email, subject=_subject(words, mode=mode), body=_body(words, link))
    return len(people)


def people_of(workspace_id: int, *, roles: Iterable[Role]) -> list[int]:
    """Members who have one of these roles."""
    rows = Membership.objects.filter(workspace_id=workspace_id, role__in=list(roles))
    return list(rows.values_list("user_id", flat=True))


def mine(access: Access) -> QuerySet[Notification]:
    """The person's own, of this workspace: of this mode, or of none."""
    return Notification.objects.filter(
        user_id=access.user_id or 0, workspace_id=access.workspace_id, mode__in=("", access.mode)
    )


def unread(access: Access) -> int:
    """How many are unread, counted no further than the bell can say."""
    rows = mine(access).filter(read_at=None)
    return rows[: SHOWN_UNREAD + 1].count()


def read(access: Access, *, up_to: int) -> int:
    """Mark what stands on the page as read; what came since stays unread. Returns how many."""
    rows = mine(access).filter(read_at=None, pk__lte=up_to)
    return rows.update(read_at=timezone.now(), digest=False)


def read_one(row: Notification) -> None:
    """The person goes to what it tells of."""
    unread_still = Notification.objects.filter(pk=row.pk, read_at=None)
    unread_still.update(read_at=timezone.now(), digest=False)


def _subject(words: str, *, mode: str) -> str:
    return f"[Test] {words}" if mode == Mode.TEST else words


def _body(words: str, link: str) -> str:
    return (
        f"{words}\n\n{settings.PUBLIC_BASE_URL}{link}\n\n"
        f"Which notifications come by mail is chosen at {settings.PUBLIC_BASE_URL}/profile/\n"
    )
