"""The daily mail: what a person has not read yet, once a day, and nothing on a quiet day."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import letters
from accounts.models import Mode, Notification, User

EVERY = timedelta(days=1)
MOST_LINES = 40


def write_due(most: int = 50) -> int:
    """Write the letters of everybody whose day is over. Returns how many."""
    before = timezone.now() - EVERY
    waiting = Notification.objects.filter(digest=True).values("user_id")
    due = User.objects.filter(Q(digest_at=None) | Q(digest_at__lte=before), pk__in=waiting)
    return sum(_write(user) for user in due.order_by("pk")[:most])


def _write(user: User) -> bool:
    with transaction.atomic():
        same = User.objects.filter(pk=user.pk, digest_at=user.digest_at)
        if not same.update(digest_at=timezone.now()):
            return False
        rows = Notification.objects.filter(user=user, digest=True)
        lines = [_line(row) for row in rows.order_by("-pk")[:MOST_LINES]]
        total = rows.update(digest=False)
        if not user.email or not lines:
            return False
        letters.post(to=user.email, subject=_subject(total), body=_body(lines, total=total))
    return True


def _line(row: Notification) -> str:
    mode = "[Test] " if row.mode == Mode.TEST else ""
    return f"{mode}{row.words}\n{settings.PUBLIC_BASE_URL}{row.link}"


def _subject(total: int) -> str:
    return "One notification" if total == 1 else f"{total} notifications"


def _body(lines: list[str], *, total: int) -> str:
    more = total - len(lines)
    if more > 0:
        lines = [*lines, f"And {more} more: {settings.PUBLIC_BASE_URL}/notifications/"]
    foot = f"How often this mail comes is chosen at {settings.PUBLIC_BASE_URL}/profile/"
    return "\n\n".join([*lines, foot]) + "\n"
